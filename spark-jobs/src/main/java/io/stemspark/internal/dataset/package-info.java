/**
 * The feature dataset: Parquet files, the list of those that count, and a manifest ({@code
 * docs/formats/dataset.md}).
 */
package io.stemspark.internal.dataset;
