package io.stemspark.internal.separation;

import static org.assertj.core.api.Assertions.assertThat;

import io.stemspark.separation.StemSink;
import java.util.Arrays;
import java.util.stream.Stream;

/** Keeps all that a separation gives. */
final class CollectedStems implements StemSink {
  private final Samples[] vocals;
  private final Samples[] accompaniment;

  CollectedStems(int channels) {
    vocals = Stream.generate(Samples::new).limit(channels).toArray(Samples[]::new);
    accompaniment = Stream.generate(Samples::new).limit(channels).toArray(Samples[]::new);
  }

  float[][] vocals() {
    return Arrays.stream(vocals).map(Samples::all).toArray(float[][]::new);
  }

  float[][] accompaniment() {
    return Arrays.stream(accompaniment).map(Samples::all).toArray(float[][]::new);
  }

  @Override
  public void write(float[][] newVocals, float[][] newAccompaniment, long position, int length) {
    assertThat(position).isEqualTo(vocals[0].length);
    for (int c = 0; c < vocals.length; c++) {
      vocals[c].add(newVocals[c], length);
      accompaniment[c].add(newAccompaniment[c], length);
    }
  }

  private static final class Samples {
    private float[] samples = new float[0];
    private int length;

    void add(float[] more, int count) {
      if (length + count > samples.length) {
        samples = Arrays.copyOf(samples, 2 * (length + count));
      }
      System.arraycopy(more, 0, samples, length, count);
      length += count;
    }

    float[] all() {
      if (samples.length != length) {
        samples = Arrays.copyOf(samples, length);
      }
      return samples;
    }
  }
}
