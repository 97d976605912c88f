/** Typed settings: a missing, unknown or out-of-range key is reported with file and line. */
package io.stemspark.settings;
