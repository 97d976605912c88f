package io.stemspark.internal.separation;

import static org.assertj.core.api.Assertions.assertThat;

import io.stemspark.separation.StemSink;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** Keeps all that a separation gives. */
public final class CollectedStems implements StemSink {
  private final int channels;
  private final List<Samples[]> stems = new ArrayList<>();

  public CollectedStems(int channels) {
    this.channels = channels;
  }

  float[][] vocals() {
    return stem(0);
  }

  float[][] accompaniment() {
    return stem(1);
  }

  /** The samples of a stem, by its number among those that are written. */
  public float[][] stem(int number) {
    return number < stems.size()
        ? Arrays.stream(stems.get(number)).map(Samples::all).toArray(float[][]::new)
        : new float[channels][0];
  }

  @Override
  public void write(float[][][] samples, long position, int length) {
    while (stems.size() < samples.length) {
      stems.add(Stream.generate(Samples::new).limit(channels).toArray(Samples[]::new));
    }
    assertThat(position).isEqualTo(stems.get(0)[0].length);
    for (int stem = 0; stem < samples.length; stem++) {
      for (int c = 0; c < channels; c++) {
        stems.get(stem)[c].add(samples[stem][c], length);
      }
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
