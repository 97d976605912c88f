/** Evaluation inside executors: from a track's stems and their estimates to its scores. */
package io.stemspark.internal.evaluation;
