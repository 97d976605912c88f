/** Deeplearning4j's parameter averaging on Spark, its checkpoints and its log. */
package io.stemspark.internal.averaging;
