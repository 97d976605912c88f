/**
 * What the training recipe is made of, on one machine: batches, steps, checkpoints, 8-bit models.
 */
package io.stemspark.internal.training;
