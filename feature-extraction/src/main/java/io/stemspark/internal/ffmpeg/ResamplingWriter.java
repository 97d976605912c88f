package io.stemspark.internal.ffmpeg;

import io.stemspark.audio.AudioFormat;
import io.stemspark.audio.AudioWriter;
import java.io.IOException;

/** Brings samples to the rate of the writer behind it. */
final class ResamplingWriter implements AudioWriter {
  private final AudioFormat format;
  private final AudioWriter target;
  private final Resampler resampler;
  private long taken;
  private long passedOn;
  private boolean closed;

  /** Passes audio of {@code format} on to {@code target}; closes both, resampler and target. */
  ResamplingWriter(AudioFormat format, Resampler resampler, AudioWriter target) {
    this.format = format;
    this.resampler = resampler;
    this.target = target;
  }

  @Override
  public AudioFormat format() {
    return format;
  }

  @Override
  public void write(float[][] samples, int length) throws IOException {
    taken += length;
    passOn(resampler.resample(samples, length));
  }

  private void passOn(float[][] resampled) throws IOException {
    int length = (int) Math.min(resampled[0].length, due() - passedOn);
    target.write(resampled, length);
    passedOn += length;
  }

  /** Samples for the source's duration; what the resampler gives may differ from it by one. */
  private long due() {
    return Math.round((double) taken * target.format().sampleRate() / format.sampleRate());
  }

  @Override
  public void close() throws IOException {
    if (closed) {
      return;
    }
    closed = true;
    try (target;
        resampler) {
      passOn(resampler.finish());
      int missing = (int) (due() - passedOn);
      passOn(new float[format.channels()][missing]);
    }
  }
}
