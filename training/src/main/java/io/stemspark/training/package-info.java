/** The training recipe on one machine: {@link io.stemspark.training.Trainer} and its settings. */
package io.stemspark.training;
