/** What the training recipe is made of, on one machine: batches, steps, checkpoints, scores. */
package io.stemspark.internal.training;
