/**
 * The model bundle: one file that holds a network with everything that separation needs ({@code
 * docs/formats/bundle.md}).
 */
package io.stemspark.bundle;
