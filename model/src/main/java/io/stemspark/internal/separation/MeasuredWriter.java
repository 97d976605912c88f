package io.stemspark.internal.separation;

import io.stemspark.audio.AudioFormat;
import io.stemspark.audio.AudioWriter;
import io.stemspark.audio.Container;
import io.stemspark.audio.Encoding;
import io.stemspark.audio.Tags;
import io.stemspark.internal.audio.Loudness;
import io.stemspark.internal.ffmpeg.FfmpegWriter;
import io.stemspark.internal.ffmpeg.LoudnessMeter;
import io.stemspark.internal.ffmpeg.LoudnessTags;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Writes a file whose loudness is measured, and stands in its tags where the container has such.
 */
final class MeasuredWriter implements AudioWriter {
  private final Path file;
  private final Container container;
  private final LoudnessMeter meter;
  private final AudioWriter writer;
  private Loudness loudness;
  private boolean closed;

  MeasuredWriter(Path file, Encoding encoding, AudioFormat format, Tags tags) throws IOException {
    this.file = file;
    this.container = encoding.container();
    this.meter = new LoudnessMeter(format);
    try {
      Tags own = LoudnessTags.areIn(container) ? LoudnessTags.reserve(container, tags) : tags;
      this.writer = FfmpegWriter.create(file, encoding, format, own);
    } catch (IOException | RuntimeException e) {
      meter.close();
      throw e;
    }
  }

  @Override
  public AudioFormat format() {
    return writer.format();
  }

  @Override
  public void write(float[][] samples, int length) throws IOException {
    writer.write(samples, length);
    meter.add(samples, length);
  }

  /** Of the whole file, once it is closed; null before. */
  Loudness loudness() {
    return loudness;
  }

  @Override
  public void close() throws IOException {
    if (closed) {
      return;
    }
    closed = true;
    try (meter) {
      writer.close();
      loudness = meter.finish();
      if (LoudnessTags.areIn(container)) {
        LoudnessTags.fill(file, container, loudness);
      }
    }
  }
}
