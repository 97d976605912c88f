package io.stemspark.audio;

import java.io.IOException;

/** Fills whole blocks from a reader, so that several streams can be read in step. */
public final class FullReader {
  private final AudioReader reader;
  private float[][] piece = new float[0][0];

  public FullReader(AudioReader reader) {
    this.reader = reader;
  }

  /**
   * Fills {@code into}, {@code [channel][time]}.
   *
   * @return samples per channel: a full block except at the end; -1 when nothing is left
   */
  public int read(float[][] into) throws IOException {
    int size = into[0].length;
    int filled = 0;
    while (filled < size) {
      if (piece.length != into.length || piece[0].length != size - filled) {
        piece = new float[into.length][size - filled];
      }
      int n = reader.read(piece);
      if (n < 0) {
        return filled == 0 ? -1 : filled;
      }
      for (int c = 0; c < into.length; c++) {
        System.arraycopy(piece[c], 0, into[c], filled, n);
      }
      filled += n;
    }
    return filled;
  }
}
