package io.stemspark.internal.segments;

import io.stemspark.audio.AudioReader;
import java.io.IOException;

/**
 * The level of a track, by which some networks want all tracks to be alike: of the mean over its
 * channels, the mean and the standard deviation over all samples.
 */
public record TrackLevel(double mean, double deviation) {
  /** The track as it is. */
  public static final TrackLevel AS_IT_IS = new TrackLevel(0, 1);

  /** Demucs' own, which keeps silence from being divided by zero. */
  private static final double LEAST_DEVIATION = 1e-8;

  /** Measures what is left of a track. */
  public static TrackLevel of(AudioReader track) throws IOException {
    int channels = track.format().channels();
    float[][] block = new float[channels][1 << 14];
    long count = 0;
    double sum = 0;
    double squares = 0;
    for (int n = track.read(block); n >= 0; n = track.read(block)) {
      for (int i = 0; i < n; i++) {
        double mean = 0;
        for (float[] channel : block) {
          mean += channel[i];
        }
        mean /= channels;
        sum += mean;
        squares += mean * mean;
      }
      count += n;
    }
    double mean = count > 0 ? sum / count : 0;
    double variance = count > 1 ? Math.max(0, squares - sum * mean) / (count - 1) : 0;
    return new TrackLevel(mean, Math.sqrt(variance) + LEAST_DEVIATION);
  }

  /** What the network sees of samples. */
  void leave(float[][] samples, int length, float[][] into) {
    for (int c = 0; c < samples.length; c++) {
      for (int i = 0; i < length; i++) {
        into[c][i] = (float) ((samples[c][i] - mean) / deviation);
      }
    }
  }

  /** A stem's sample, of what the network gave. */
  float restore(float sample) {
    return (float) (sample * deviation + mean);
  }
}
