/** The jobs: what is checked before Spark starts, and what a run does. */
package io.stemspark.internal.jobs;
