/**
 * The Spark jobs: extract, train, separate. Each is a thin shell that lists its input, hands the
 * work to the core inside {@link io.stemspark.jobs.steps} and sums up what came of it.
 */
package io.stemspark.jobs;
