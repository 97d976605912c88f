/**
 * The feature dataset: patches of complex spectrograms in Parquet, with their settings beside them.
 */
package io.stemspark.jobs.features;
