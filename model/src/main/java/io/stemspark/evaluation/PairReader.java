package io.stemspark.evaluation;

import io.stemspark.audio.AudioException;
import io.stemspark.audio.AudioFormat;
import io.stemspark.audio.AudioReader;
import io.stemspark.audio.FullReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Reads references and estimates of a track's stems in step. An estimate that is a little too long
 * is cut off, and one that is too short is followed by silence, as in museval.
 */
public final class PairReader implements AutoCloseable {
  private static final int MOST_SECONDS_APART = 1;

  private final String name;
  private final AudioFormat format;
  private final List<AudioReader> readers;
  private final List<FullReader> full = new ArrayList<>();
  private final int stems;
  private final float[][][] block;
  private final boolean[] ended;
  private long length;

  /**
   * @param name what errors call the track
   * @param references of the stems
   * @param estimates of the same stems in the same order; all are closed with this object
   * @throws AudioException when their sample rates or channels differ
   */
  public PairReader(String name, List<AudioReader> references, List<AudioReader> estimates)
      throws AudioException {
    this.name = name;
    this.format = references.get(0).format();
    this.stems = references.size();
    this.readers = new ArrayList<>(references);
    readers.addAll(estimates);
    for (AudioReader reader : readers) {
      requireAlike(reader.format());
      full.add(new FullReader(reader));
    }
    this.block = new float[readers.size()][format.channels()][format.sampleRate()];
    this.ended = new boolean[readers.size()];
  }

  private void requireAlike(AudioFormat other) throws AudioException {
    if (other.sampleRate() != format.sampleRate() || other.channels() != format.channels()) {
      throw new AudioException(
          name,
          "a reference has %d Hz and %d channels, another stem %d Hz and %d"
              .formatted(
                  format.sampleRate(), format.channels(), other.sampleRate(), other.channels()));
    }
  }

  /** The format that all have. */
  public AudioFormat format() {
    return format;
  }

  int stems() {
    return stems;
  }

  /**
   * Reads the next second.
   *
   * @param samples filled; {@code [signal][time]}: all channels of the first reference, then of the
   *     next ones, then those of the estimates
   * @return samples per channel: a full second except at the end; -1 when the references are over
   */
  int read(float[][] samples) throws IOException {
    int read = -1;
    for (int i = 0; i < readers.size(); i++) {
      int n = ended[i] ? -1 : full.get(i).read(block[i]);
      ended[i] = n < 0;
      if (i == 0) {
        read = n;
      } else if (i < stems && n != read) {
        throw new AudioException(name, "its references differ in length");
      }
      requireNear(n, read);
      for (int c = 0; c < format.channels(); c++) {
        float[] signal = samples[i * format.channels() + c];
        int used = Math.max(0, Math.min(n, read));
        System.arraycopy(block[i][c], 0, signal, 0, used);
        Arrays.fill(signal, used, signal.length, 0);
      }
    }
    length += Math.max(0, read);
    return read;
  }

  /** Stems of another track, say, had better not be scored. */
  private void requireNear(int estimated, int referred) throws AudioException {
    boolean isWholeSecondLonger =
        referred < 0 && estimated == MOST_SECONDS_APART * format.sampleRate();
    boolean isWholeSecondShorter =
        estimated < 0 && referred == MOST_SECONDS_APART * format.sampleRate();
    if (isWholeSecondLonger || isWholeSecondShorter) {
      throw new AudioException(
          name,
          "after %d seconds a stem is over and its counterpart is not: they are no pair"
              .formatted(length / format.sampleRate()));
    }
  }

  @Override
  public void close() throws IOException {
    IOException failure = null;
    for (AudioReader reader : readers) {
      try {
        reader.close();
      } catch (IOException e) {
        failure = e;
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}
