package io.stemspark.internal.fft;

import static org.bytedeco.ffmpeg.global.avutil.*;

import java.nio.FloatBuffer;
import org.bytedeco.ffmpeg.avutil.AVTXContext;
import org.bytedeco.ffmpeg.avutil.av_tx_fn;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;

/**
 * Fourier transform of real frames of the sizes that {@link io.stemspark.spectrogram.StftConfig}
 * allows. Not thread-safe.
 *
 * <p>A frame of n real samples is treated as n/2 complex ones, z[t] = x[2t] + i x[2t + 1], whose
 * spectrum Z holds that of the even samples, E, and that of the odd ones, O (Press et al.,
 * Numerical Recipes, "FFT of single real function"):
 *
 * <pre>
 * E[k] = (Z[k] + conj Z[n/2 - k]) / 2
 * O[k] = (Z[k] - conj Z[n/2 - k]) / 2i
 * X[k] = E[k] + exp(-2 pi i k / n) O[k]
 * </pre>
 *
 * <p>Z comes from FFmpeg's libavutil, whose vectorised code keeps up with FFTW. Its own transform
 * of real frames does the rest no faster, and leaves spectra that have to be taken apart.
 */
public final class RealFft implements AutoCloseable {
  private final int size;
  private final int half;
  private final AVTXContext forward = new AVTXContext(null);
  private final AVTXContext inverse = new AVTXContext(null);
  private final av_tx_fn runForward = functionSlot();
  private final av_tx_fn runInverse = functionSlot();
  private final FloatPointer in;
  private final FloatPointer out;
  private final FloatBuffer inBuffer;
  private final FloatBuffer outBuffer;
  private final float[] cosine;
  private final float[] sine;
  private boolean closed;

  public RealFft(int size) {
    this.size = size;
    this.half = size / 2;
    start(forward, runForward, 0);
    start(inverse, runInverse, 1);
    in = aligned(size);
    out = aligned(size);
    inBuffer = in.asBuffer();
    outBuffer = out.asBuffer();
    cosine = new float[half / 2 + 1];
    sine = new float[half / 2 + 1];
    for (int k = 0; k < cosine.length; k++) {
      cosine[k] = (float) Math.cos(2 * Math.PI * k / size);
      sine[k] = (float) Math.sin(2 * Math.PI * k / size);
    }
  }

  /** JavaCPP keeps a C function in two words; libavutil fills in the first. */
  private static av_tx_fn functionSlot() {
    return new av_tx_fn(new PointerPointer<>(2).put(0, (Pointer) null).put(1, (Pointer) null));
  }

  private void start(AVTXContext context, av_tx_fn function, int isInverse) {
    if (av_tx_init(context, function, AV_TX_FLOAT_FFT, isInverse, half, null, 0) < 0) {
      throw new IllegalStateException(
          "There is no Fourier transform of %d samples.".formatted(size));
    }
  }

  private static FloatPointer aligned(int length) {
    return new FloatPointer(av_malloc((long) length * Float.BYTES)).capacity(length);
  }

  /**
   * 2 X[k], where X[k] = sum over t of x[t] exp(-2 pi i k t / n), for k from 0 to n/2.
   *
   * @param frame its content is lost
   */
  public void forward(float[] frame, float[] real, float[] imag) {
    run(runForward, forward, frame);
    toReal(frame, real, imag);
  }

  private void toReal(float[] z, float[] real, float[] imag) {
    real[0] = 2 * (z[0] + z[1]);
    imag[0] = 0;
    real[half] = 2 * (z[0] - z[1]);
    imag[half] = 0;
    for (int k = 1; k <= half / 2; k++) {
      int low = 2 * k;
      int high = size - low;
      float evenRe = z[low] + z[high];
      float evenIm = z[low + 1] - z[high + 1];
      float oddRe = z[low + 1] + z[high + 1];
      float oddIm = z[high] - z[low];
      float turnedRe = oddRe * cosine[k] + oddIm * sine[k];
      float turnedIm = oddIm * cosine[k] - oddRe * sine[k];
      real[k] = evenRe + turnedRe;
      imag[k] = evenIm + turnedIm;
      real[half - k] = evenRe - turnedRe;
      imag[half - k] = turnedIm - evenIm;
    }
  }

  /** n times the inverse of {@link #forward}; imaginary parts at 0 and n/2 count as zero. */
  public void inverse(float[] real, float[] imag, float[] frame) {
    toComplex(real, imag, frame);
    run(runInverse, inverse, frame);
  }

  private void toComplex(float[] real, float[] imag, float[] z) {
    z[0] = real[0] + real[half];
    z[1] = real[0] - real[half];
    for (int k = 1; k <= half / 2; k++) {
      int low = 2 * k;
      int high = size - low;
      float evenRe = real[k] + real[half - k];
      float evenIm = imag[k] - imag[half - k];
      float turnedRe = real[k] - real[half - k];
      float turnedIm = imag[k] + imag[half - k];
      float oddRe = turnedRe * cosine[k] - turnedIm * sine[k];
      float oddIm = turnedRe * sine[k] + turnedIm * cosine[k];
      z[low] = evenRe - oddIm;
      z[low + 1] = evenIm + oddRe;
      z[high] = evenRe + oddIm;
      z[high + 1] = oddRe - evenIm;
    }
  }

  /** Replaces complex numbers, each a real and an imaginary part, by their transform. */
  private void run(av_tx_fn function, AVTXContext context, float[] values) {
    inBuffer.put(0, values, 0, size);
    function.call(context, out, in, 2 * Float.BYTES);
    outBuffer.get(0, values, 0, size);
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    av_tx_uninit(forward);
    av_tx_uninit(inverse);
    av_free(in);
    av_free(out);
    runForward.close();
    runInverse.close();
  }
}
