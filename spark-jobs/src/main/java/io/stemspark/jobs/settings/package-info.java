/** Settings files, checked before Spark starts, and the Spark session that they describe. */
package io.stemspark.jobs.settings;
