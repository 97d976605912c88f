package io.stemspark.internal.separation;

import io.stemspark.audio.AudioFormat;
import io.stemspark.audio.AudioReader;
import io.stemspark.audio.SampleFormat;
import io.stemspark.audio.Tags;
import java.util.List;
import java.util.Random;

/** Hands samples out in chunks of changing size. */
public final class MemoryReader implements AudioReader {
  private final float[][] samples;
  private final AudioFormat format;
  private final Random random = new Random(1);
  private int at;

  public MemoryReader(float[][] samples, int rate, SampleFormat format) {
    this.samples = samples;
    this.format = new AudioFormat(rate, samples.length, format);
  }

  @Override
  public AudioFormat format() {
    return format;
  }

  @Override
  public Tags tags() {
    return Tags.NONE;
  }

  @Override
  public long expectedSamples() {
    return samples[0].length;
  }

  @Override
  public List<String> repairs() {
    return List.of();
  }

  @Override
  public int read(float[][] into) {
    int left = samples[0].length - at;
    if (left == 0) {
      return -1;
    }
    int n = Math.min(left, 1 + random.nextInt(into[0].length));
    for (int c = 0; c < samples.length; c++) {
      System.arraycopy(samples[c], at, into[c], 0, n);
    }
    at += n;
    return n;
  }

  @Override
  public void close() {}
}
