/** The Spark session of a run: its settings, and the flags of all its processes. */
package io.stemspark.internal.session;
