package io.stemspark.spectrogram;

import static org.bytedeco.ffmpeg.global.avutil.AV_SAMPLE_FMT_FLT;
import static org.bytedeco.ffmpeg.global.avutil.AV_SAMPLE_FMT_FLTP;
import static org.bytedeco.ffmpeg.global.avutil.AV_TX_FLOAT_RDFT;
import static org.bytedeco.ffmpeg.global.avutil.av_channel_layout_default;
import static org.bytedeco.ffmpeg.global.avutil.av_free;
import static org.bytedeco.ffmpeg.global.avutil.av_malloc;
import static org.bytedeco.ffmpeg.global.avutil.av_tx_init;
import static org.bytedeco.ffmpeg.global.avutil.av_tx_uninit;
import static org.bytedeco.ffmpeg.global.swresample.swr_alloc_set_opts2;
import static org.bytedeco.ffmpeg.global.swresample.swr_convert;
import static org.bytedeco.ffmpeg.global.swresample.swr_free;
import static org.bytedeco.ffmpeg.global.swresample.swr_init;

import java.nio.FloatBuffer;
import org.bytedeco.ffmpeg.avutil.AVChannelLayout;
import org.bytedeco.ffmpeg.avutil.AVTXContext;
import org.bytedeco.ffmpeg.avutil.av_tx_fn;
import org.bytedeco.ffmpeg.swresample.SwrContext;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;

/**
 * Fourier transform of real frames of the sizes that {@link StftConfig} allows, by FFmpeg's
 * libavutil, whose vectorised code keeps up with FFTW. Not thread-safe.
 *
 * <p>libavutil's spectra are interleaved (re, im, re, im, ...), ours are planar. libswresample
 * turns one into the other, as it would stereo samples, with vector instructions that the JIT
 * compiler does not find: it takes a sixth of the time of a loop in Java.
 */
final class RealFft implements AutoCloseable {
  private static final int ANY_RATE = 44_100;
  private static final int FLOATS_PER_CACHE_LINE = 16;

  private final int size;
  private final int bins;
  private boolean closed;
  private final AVTXContext forward = new AVTXContext(null);
  private final AVTXContext inverse = new AVTXContext(null);
  private final av_tx_fn runForward = functionSlot();
  private final av_tx_fn runInverse = functionSlot();
  private final SwrContext toPlanar;
  private final SwrContext toInterleaved;
  private final FloatPointer time;
  private final FloatPointer spectrum;
  // The planes lie where the samples lie, so that all of a transform's memory fits the first cache.
  private final FloatPointer re;
  private final FloatPointer im;
  private final FloatBuffer timeBuffer;
  private final FloatBuffer reBuffer;
  private final FloatBuffer imBuffer;
  private final PointerPointer<FloatPointer> interleaved;
  private final PointerPointer<FloatPointer> planar;

  RealFft(int size) {
    this.size = size;
    this.bins = size / 2 + 1;
    start(forward, runForward, 0, 1);
    start(inverse, runInverse, 1, 1f / size);
    toPlanar = layoutChange(AV_SAMPLE_FMT_FLT, AV_SAMPLE_FMT_FLTP);
    toInterleaved = layoutChange(AV_SAMPLE_FMT_FLTP, AV_SAMPLE_FMT_FLT);
    int plane = size / 2 + FLOATS_PER_CACHE_LINE;
    time = aligned(2 * plane);
    spectrum = aligned(2 * bins);
    re = new FloatPointer(time).limit(bins);
    im = time.getPointer(plane).limit(bins);
    timeBuffer = time.asBuffer();
    reBuffer = re.asBuffer();
    imBuffer = im.asBuffer();
    interleaved = new PointerPointer<FloatPointer>(1).put(0, spectrum);
    planar = new PointerPointer<FloatPointer>(2).put(0, re).put(1, im);
  }

  /** JavaCPP keeps a C function in two words; libavutil fills in the first. */
  private static av_tx_fn functionSlot() {
    return new av_tx_fn(new PointerPointer<>(2).put(0, (Pointer) null).put(1, (Pointer) null));
  }

  private void start(AVTXContext context, av_tx_fn function, int isInverse, float factor) {
    try (FloatPointer scale = new FloatPointer(factor)) {
      int code = av_tx_init(context, function, AV_TX_FLOAT_RDFT, isInverse, size, scale, 0);
      if (code < 0) {
        throw new IllegalStateException("No Fourier transform of %d samples".formatted(size));
      }
    }
  }

  private static SwrContext layoutChange(int from, int to) {
    SwrContext context = new SwrContext(null);
    try (AVChannelLayout two = new AVChannelLayout()) {
      av_channel_layout_default(two, 2);
      swr_alloc_set_opts2(context, two, to, ANY_RATE, two, from, ANY_RATE, 0, null);
    }
    if (swr_init(context) < 0) {
      throw new IllegalStateException("No converter between sample layouts");
    }
    return context;
  }

  private static FloatPointer aligned(int length) {
    return new FloatPointer(av_malloc((long) length * Float.BYTES)).capacity(length);
  }

  /** X[k] = sum over t of x[t] exp(-2 pi i k t / n), for k from 0 to n/2. */
  void forward(float[] frame, float[] real, float[] imag) {
    timeBuffer.put(0, frame, 0, size);
    runForward.call(forward, spectrum, time, Float.BYTES);
    swr_convert(toPlanar, planar, bins, interleaved, bins);
    reBuffer.get(0, real, 0, bins);
    imBuffer.get(0, imag, 0, bins);
  }

  /** The inverse of {@link #forward}; imaginary parts at 0 and n/2 count as zero. */
  void inverse(float[] real, float[] imag, float[] frame) {
    reBuffer.put(0, real, 0, bins);
    imBuffer.put(0, imag, 0, bins);
    imBuffer.put(0, 0).put(bins - 1, 0);
    swr_convert(toInterleaved, interleaved, bins, planar, bins);
    runInverse.call(inverse, time, spectrum, 2 * Float.BYTES);
    timeBuffer.get(0, frame, 0, size);
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    av_tx_uninit(forward);
    av_tx_uninit(inverse);
    swr_free(toPlanar);
    swr_free(toInterleaved);
    for (Pointer memory : new Pointer[] {time, spectrum}) {
      av_free(memory);
    }
    interleaved.close();
    planar.close();
    runForward.close();
    runInverse.close();
  }
}
