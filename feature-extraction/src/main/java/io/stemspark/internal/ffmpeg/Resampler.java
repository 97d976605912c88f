package io.stemspark.internal.ffmpeg;

import static org.bytedeco.ffmpeg.global.avutil.*;
import static org.bytedeco.ffmpeg.global.swresample.*;

import java.io.IOException;
import org.bytedeco.ffmpeg.swresample.SwrContext;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.PointerPointer;

/**
 * Changes the sample rate of a stream with a windowed-sinc filter. Output sample 0 lies at the time
 * of input sample 0. Not thread-safe.
 */
public final class Resampler implements AutoCloseable {
  private static final int FILTER_TAPS = 64;
  private static final double CUTOFF = 0.97;

  private final int channels;
  private final int fromRate;
  private final int toRate;
  private final SwrContext context = new SwrContext(null);
  private final PlanarBuffer in;
  private final PlanarBuffer out;

  public Resampler(int channels, int fromRate, int toRate) throws IOException {
    this.channels = channels;
    this.fromRate = fromRate;
    this.toRate = toRate;
    this.in = new PlanarBuffer(channels);
    this.out = new PlanarBuffer(channels);
    try {
      open();
    } catch (IOException | RuntimeException e) {
      close();
      throw e;
    }
  }

  private void open() throws IOException {
    String name = "Resampler from %d Hz to %d Hz".formatted(fromRate, toRate);
    int planar = AV_SAMPLE_FMT_FLTP;
    try (var layout = Ffmpeg.layout(channels)) {
      Ffmpeg.check(
          swr_alloc_set_opts2(context, layout, planar, toRate, layout, planar, fromRate, 0, null),
          name,
          "It cannot be made");
    }
    av_opt_set_int(context, "filter_size", FILTER_TAPS, 0);
    av_opt_set_double(context, "cutoff", CUTOFF, 0);
    Ffmpeg.check(swr_init(context), name, "It cannot be started");
  }

  /** Takes input and returns what output is ready, {@code [channel][time]}, perhaps none. */
  public float[][] resample(float[][] samples, int length) throws IOException {
    in.reserve(Math.max(1, length));
    in.put(samples, 0, 0, length);
    return convert(in.pointers(), length);
  }

  /** Ends the stream and returns the rest of the output. */
  public float[][] finish() throws IOException {
    return convert(null, 0);
  }

  private float[][] convert(PointerPointer<FloatPointer> input, int length) throws IOException {
    long pending = swr_get_delay(context, fromRate) + length;
    int most = Math.toIntExact(pending * toRate / fromRate + FILTER_TAPS);
    out.reserve(most);
    int n =
        Ffmpeg.check(
            swr_convert(context, out.pointers(), most, input, length),
            "Resampler",
            "The samples cannot be converted");
    return out.copy(n);
  }

  @Override
  public void close() {
    swr_free(context);
    in.close();
    out.close();
  }
}
