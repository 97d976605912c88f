/**
 * One run over a corpus, from plan to report: {@link io.stemspark.internal.pipeline.TrackPipeline}.
 */
package io.stemspark.internal.pipeline;
