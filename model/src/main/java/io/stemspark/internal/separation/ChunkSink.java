package io.stemspark.internal.separation;

import io.stemspark.separation.StemSink;
import java.io.IOException;
import java.util.Arrays;

/** Passes on the stems of a piece, and not those of the mixture around it. */
final class ChunkSink implements StemSink {
  private final StemSink sink;
  private final long from;
  private final long to;

  /**
   * @param from first sample that is passed on
   * @param to the one after the last
   */
  ChunkSink(StemSink sink, long from, long to) {
    this.sink = sink;
    this.from = from;
    this.to = to;
  }

  @Override
  public void write(float[][] vocals, float[][] accompaniment, long position, int length)
      throws IOException {
    int skipped = (int) Math.max(0, Math.min(length, from - position));
    int end = (int) Math.max(skipped, Math.min(length, to - position));
    if (end > skipped) {
      sink.write(
          cut(vocals, skipped, end),
          cut(accompaniment, skipped, end),
          position + skipped - from,
          end - skipped);
    }
  }

  private static float[][] cut(float[][] samples, int from, int to) {
    return Arrays.stream(samples)
        .map(channel -> Arrays.copyOfRange(channel, from, to))
        .toArray(float[][]::new);
  }
}
