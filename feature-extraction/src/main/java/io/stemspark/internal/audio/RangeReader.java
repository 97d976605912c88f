package io.stemspark.internal.audio;

import io.stemspark.audio.AudioReader;
import java.io.IOException;

/**
 * A part of another reader's samples. The samples before it are decoded too, because no container
 * tells to the sample where a packet begins.
 */
public final class RangeReader extends ForwardingReader {
  private static final int SKIPPED = 1 << 14;

  private final long from;
  private final long to;
  private long position;

  /**
   * Reads {@code reader}, which this reader then closes.
   *
   * @param from the first sample
   * @param to the sample after the last; the part ends earlier if {@code reader} does
   */
  public RangeReader(AudioReader reader, long from, long to) {
    super(reader);
    this.from = from;
    this.to = to;
  }

  @Override
  public long expectedSamples() {
    long all = super.expectedSamples();
    return all < 0 ? all : Math.max(0, Math.min(all, to) - from);
  }

  @Override
  public int read(float[][] into) throws IOException {
    int most = (int) Math.min(into[0].length, to - Math.max(from, position));
    if (most <= 0 || !skip()) {
      return -1;
    }
    float[][] block = most == into[0].length ? into : new float[into.length][most];
    int read = super.read(block);
    if (read < 0) {
      return -1;
    }
    for (int c = 0; c < into.length && block != into; c++) {
      System.arraycopy(block[c], 0, into[c], 0, read);
    }
    position += read;
    return read;
  }

  private boolean skip() throws IOException {
    while (position < from) {
      int most = (int) Math.min(SKIPPED, from - position);
      int read = super.read(new float[format().channels()][most]);
      if (read < 0) {
        return false;
      }
      position += read;
    }
    return true;
  }
}
