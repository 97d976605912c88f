/**
 * The model bundle: one zip file with everything that inference needs. Loading checks sizes, names
 * and hashes, and never deserialises Java objects.
 */
package io.stemspark.bundle;
