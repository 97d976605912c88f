/** Typed settings: a key that is missing, unknown or out of range is told with file and line. */
package io.stemspark.settings;
