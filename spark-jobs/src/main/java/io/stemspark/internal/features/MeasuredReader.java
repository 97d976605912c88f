package io.stemspark.internal.features;

import io.stemspark.audio.AudioException;
import io.stemspark.audio.AudioReader;
import io.stemspark.internal.audio.ForwardingReader;
import java.io.IOException;

/** Counts the samples that pass, and refuses those that half-precision features cannot hold. */
final class MeasuredReader extends ForwardingReader {
  private final String track;
  private final float mostPeak;
  private long length;

  /**
   * @param mostPeak the largest sample; full scale is 1
   */
  MeasuredReader(AudioReader reader, String track, float mostPeak) {
    super(reader);
    this.track = track;
    this.mostPeak = mostPeak;
  }

  /** Samples per channel so far. */
  long length() {
    return length;
  }

  double seconds() {
    return (double) length / format().sampleRate();
  }

  /** The loop does nothing else, so that the JIT compiler vectorizes it. */
  private static float peak(float[] samples, int length) {
    float peak = 0;
    for (int i = 0; i < length; i++) {
      peak = Math.max(peak, Math.abs(samples[i]));
    }
    return peak;
  }

  @Override
  public int read(float[][] into) throws IOException {
    int read = super.read(into);
    for (float[] channel : into) {
      float peak = peak(channel, read);
      if (peak > mostPeak) {
        throw new AudioException(
            track,
            "A sample is %s, but half-precision features hold at most %s. Full scale is 1."
                .formatted(peak, mostPeak));
      }
    }
    length += Math.max(0, read);
    return read;
  }
}
