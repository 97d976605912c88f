package io.stemspark.internal.audio;

import io.stemspark.audio.AudioFormat;
import io.stemspark.audio.AudioReader;
import java.io.IOException;

/** A whole piece of audio in memory: {@code samples[channel][time]}. For clips, not for tracks. */
public final class Waveform {
  private static final int BLOCK = 1 << 14;

  private final AudioFormat format;
  private final float[][] samples;

  public Waveform(AudioFormat format, float[][] samples) {
    if (samples.length != format.channels()) {
      throw new IllegalArgumentException(
          "The samples have %d channels. Expected %d, as the format has."
              .formatted(samples.length, format.channels()));
    }
    this.format = format;
    this.samples = samples;
  }

  /** Reads {@code reader} to its end. */
  public static Waveform readAll(AudioReader reader) throws IOException {
    int channels = reader.format().channels();
    float[][] block = new float[channels][BLOCK];
    SampleQueue read = new SampleQueue(channels);
    for (int n = reader.read(block); n >= 0; n = reader.read(block)) {
      read.add(block, 0, n);
    }
    float[][] samples = new float[channels][read.size()];
    read.take(samples, read.size());
    return new Waveform(reader.format(), samples);
  }

  public AudioFormat format() {
    return format;
  }

  /** Samples per channel. */
  public int length() {
    return samples[0].length;
  }

  /** One channel's samples; not a copy. */
  public float[] channel(int channel) {
    return samples[channel];
  }

  /** All channels, {@code [channel][time]}; not a copy. */
  public float[][] samples() {
    return samples;
  }
}
