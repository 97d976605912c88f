package io.stemspark.internal.audio;

import io.stemspark.audio.AudioReader;
import java.io.IOException;

/** Fills whole blocks from a reader, so that several streams can be read in step. */
public final class FullReader {
  private static final int PIECE = 1 << 12;

  private final AudioReader reader;
  private final float[][] piece;
  private int position;
  private int available;

  public FullReader(AudioReader reader) {
    this.reader = reader;
    this.piece = new float[reader.format().channels()][PIECE];
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
      if (available == 0) {
        int read = reader.read(piece);
        if (read < 0) {
          return filled == 0 ? -1 : filled;
        }
        position = 0;
        available = read;
      }
      int n = Math.min(available, size - filled);
      for (int c = 0; c < piece.length; c++) {
        System.arraycopy(piece[c], position, into[c], filled, n);
      }
      filled += n;
      position += n;
      available -= n;
    }
    return filled;
  }
}
