package io.stemspark.internal.ffmpeg;

import static org.bytedeco.ffmpeg.global.swresample.*;

import io.stemspark.audio.AudioException;
import io.stemspark.audio.AudioFormat;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.swresample.SwrContext;

/**
 * Changes how samples are stored, planar or interleaved, floats or integers, and nothing else. What
 * is beyond full scale becomes the nearest integer that there is. Not thread-safe.
 */
final class SampleConverter implements AutoCloseable {
  private final String name;
  private final SwrContext context = new SwrContext(null);

  /**
   * @param name how messages name the file
   * @param from FFmpeg's number of a sample format
   * @param to FFmpeg's number of a sample format
   */
  SampleConverter(String name, AudioFormat format, int from, int to) throws AudioException {
    this.name = name;
    int rate = format.sampleRate();
    try (var layout = Ffmpeg.layout(format.channels())) {
      check(
          swr_alloc_set_opts2(context, layout, to, rate, layout, from, rate, 0, null),
          "There is no sample converter");
      check(swr_init(context), "There is no sample converter");
    } catch (AudioException e) {
      close();
      throw e;
    }
  }

  /** Converts a frame's samples. */
  void convert(AVFrame from, PlanarBuffer to) throws AudioException {
    int length = from.nb_samples();
    to.reserve(length);
    check(
        swr_convert(context, to.pointers(), length, from.extended_data(), length),
        "The samples cannot be converted");
  }

  /** Converts as many samples as the frame says that it has. */
  void convert(PlanarBuffer from, AVFrame to) throws AudioException {
    int length = to.nb_samples();
    check(
        swr_convert(context, to.extended_data(), length, from.pointers(), length),
        "The samples cannot be converted");
  }

  private void check(int code, String what) throws AudioException {
    Ffmpeg.check(code, name, what);
  }

  @Override
  public void close() {
    swr_free(context);
  }
}
