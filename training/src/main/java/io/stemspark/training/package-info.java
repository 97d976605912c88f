/** The settings of a training, and what it reports: {@link io.stemspark.Trainer}. */
package io.stemspark.training;
