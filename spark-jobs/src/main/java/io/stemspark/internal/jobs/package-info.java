/** The jobs: what is checked without Spark, and what a run does. */
package io.stemspark.internal.jobs;
