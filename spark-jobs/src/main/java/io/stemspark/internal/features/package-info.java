/** Extraction inside executors: from a track's audio to its rows of a feature dataset. */
package io.stemspark.internal.features;
