/** The parts of the training recipe on one machine: batches, steps, checkpoints, scores. */
package io.stemspark.internal.training;
