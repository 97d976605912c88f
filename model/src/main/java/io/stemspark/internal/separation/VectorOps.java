package io.stemspark.internal.separation;

/**
 * Loops over the bins of a frame. They are plain enough for the JIT compiler to vectorise: arrays
 * from their start, with one index. Where two arrays are read and written at different places, it
 * cannot know that they are not the same array.
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

  /** Limits the values of a mask to 0 to 1. */
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

  /** Adds 0 times each value, which leaves a NaN where a value is infinite or NaN. */
  static void addNothing(float[] values, float[] into) {
    for (int i = 0; i < values.length; i++) {
      into[i] += 0 * values[i];
    }
  }

  /** Fades from {@code before} to {@code into}, which takes the result. */
  static void crossFade(float[] before, float[] into, float weight) {
    for (int i = 0; i < into.length; i++) {
      into[i] = before[i] + weight * (into[i] - before[i]);
    }
  }
}
