/** The settings of a training, and what it tells while it goes: {@link io.stemspark.Trainer}. */
package io.stemspark.training;
