package io.stemspark.internal.separation;

/**
 * Loops over the bins of a frame. The JIT compiler makes vectors of loops as plain as these: arrays
 * from their start, one index. Where two arrays are read and written at different places it cannot
 * know that they are not one.
 */
final class VectorOps {
  private VectorOps() {}

  /** Magnitudes of the lowest bins, as many as {@code into} holds. */
  static void magnitudes(float[] real, float[] imag, float scale, float[] into) {
    for (int i = 0; i < into.length; i++) {
      into[i] = scale * (float) Math.sqrt(real[i] * real[i] + imag[i] * imag[i]);
    }
  }

  /** Products of the first values, as many as {@code into} holds. */
  static void products(float[] values, float factor, float[] into) {
    for (int i = 0; i < into.length; i++) {
      into[i] = values[i] * factor;
    }
  }

  /** To between 0 and 1. */
  static void limit(float[] mask) {
    for (int i = 0; i < mask.length; i++) {
      mask[i] = Math.max(0, Math.min(1, mask[i]));
    }
  }

  static void apply(float[] mask, float[] values) {
    for (int i = 0; i < values.length; i++) {
      values[i] *= mask[i];
    }
  }

  static void multiply(float[] values, float factor) {
    for (int i = 0; i < values.length; i++) {
      values[i] *= factor;
    }
  }

  /** Leaves a NaN where a value is infinite or none: 0 times these is NaN. */
  static void addNothing(float[] values, float[] into) {
    for (int i = 0; i < values.length; i++) {
      into[i] += 0 * values[i];
    }
  }

  /** What was there before fades out, and {@code into} in. */
  static void crossFade(float[] before, float[] into, float weight) {
    for (int i = 0; i < into.length; i++) {
      into[i] = before[i] + weight * (into[i] - before[i]);
    }
  }
}
