package io.stemspark.internal.audio;

import io.stemspark.audio.AudioReader;
import java.io.IOException;

/** Fills whole blocks from a reader, so that several streams can be read in step. */
public final class FullReader {
  private static final int PIECE = 1 << 12;

  private final AudioReader reader;
  private final float[][] piece;
  private final SampleQueue waiting;

  public FullReader(AudioReader reader) {
    this.reader = reader;
    this.piece = new float[reader.format().channels()][PIECE];
    this.waiting = new SampleQueue(piece.length);
  }

  /**
   * Fills {@code into}, {@code [channel][time]}.
   *
   * @return samples per channel: a full block except at the end; -1 when nothing is left
   */
  public int read(float[][] into) throws IOException {
    int read = 0;
    while (waiting.size() < into[0].length && read >= 0) {
      read = reader.read(piece);
      waiting.add(piece, 0, Math.max(0, read));
    }
    int length = waiting.takeUpTo(into);
    return length == 0 ? -1 : length;
  }
}
