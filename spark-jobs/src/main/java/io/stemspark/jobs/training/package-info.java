/** What Spark adds to a training: steps in tasks, and checkpoints in storage. */
package io.stemspark.jobs.training;
