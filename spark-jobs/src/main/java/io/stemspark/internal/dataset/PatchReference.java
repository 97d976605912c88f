package io.stemspark.internal.dataset;

import java.io.Serializable;

/**
 * Where a patch lies in a feature dataset.
 *
 * @param file URI of the Parquet file, with special characters escaped
 * @param firstFrame its first frame in the track
 */
public record PatchReference(String file, String trackId, int channel, int firstFrame)
    implements Serializable {}
