/**
 * Typed settings from Typesafe Config. Every module documents its keys in a {@code reference.conf};
 * a {@link io.stemspark.settings.Section} reads one block of them into a record and names file,
 * line, key and value when something is wrong.
 */
package io.stemspark.settings;
