package io.stemspark.internal.audio;

import io.stemspark.audio.AudioException;
import io.stemspark.audio.AudioReader;
import io.stemspark.audio.DecodingConfig;
import java.io.IOException;

/**
 * Passes samples on, and fails where one is NaN or infinite, or where a file has more audio than is
 * allowed, as one that was made to fill disks has.
 */
public final class LimitedReader extends ForwardingReader {
  private final String name;
  private final DecodingConfig config;
  private final long mostSamples;
  private long samplesRead;

  /** Reads {@code reader}, which this reader then closes. */
  public LimitedReader(String name, AudioReader reader, DecodingConfig config) {
    super(reader);
    this.name = name;
    this.config = config;
    this.mostSamples = config.longest().toSeconds() * reader.format().sampleRate();
  }

  @Override
  public int read(float[][] into) throws IOException {
    int n = super.read(into);
    for (int c = 0; c < into.length; c++) {
      requireFinite(into[c], n, c);
    }
    samplesRead += Math.max(0, n);
    if (samplesRead > mostSamples) {
      throw new AudioException(
          name, "The file has more than %d hours of audio.".formatted(config.longest().toHours()));
    }
    return n;
  }

  /** One NaN would spread over a whole frame, and from a feature dataset into all weights. */
  private void requireFinite(float[] samples, int length, int channel) throws AudioException {
    for (int i = 0; i < length; i++) {
      if (!Float.isFinite(samples[i])) {
        throw new AudioException(
            name, "Sample %d of channel %d is %s.".formatted(samplesRead + i, channel, samples[i]));
      }
    }
  }
}
