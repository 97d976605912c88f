/**
 * The jobs for programs that have a Spark session: {@link io.stemspark.spark.Stemspark} runs them
 * over corpora, {@link io.stemspark.spark.VocalSeparator} over the rows of a data frame.
 */
package io.stemspark.spark;
