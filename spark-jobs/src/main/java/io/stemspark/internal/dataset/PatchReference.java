package io.stemspark.internal.dataset;

import java.io.Serializable;
import java.util.List;

/**
 * Where a patch lies in a feature dataset.
 *
 * @param channels the rows of its audio channels
 * @param firstFrame its first frame in the track
 */
public record PatchReference(String trackId, List<Channel> channels, int firstFrame)
    implements Serializable {
  /**
   * Where the rows of an audio channel lie.
   *
   * @param file URI of the Parquet file, with special characters escaped
   */
  public record Channel(String file, int number) implements Serializable {}
}
