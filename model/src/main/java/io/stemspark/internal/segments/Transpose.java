package io.stemspark.internal.segments;

/**
 * Frames of bins as tensors have them, bin by bin, and back. Four frames at a time: so many rows
 * fit into the processor's cache beside the tensor.
 */
final class Transpose {
  private static final int ROWS = 4;

  private Transpose() {}

  /** Fills {@code into[at + bin * frames.length + frame]} for the first {@code bins}. */
  static void toBins(float[][] frames, int bins, float[] into, int at) {
    int count = frames.length;
    int t = 0;
    for (; t + ROWS <= count; t += ROWS) {
      float[] a = frames[t];
      float[] b = frames[t + 1];
      float[] c = frames[t + 2];
      float[] d = frames[t + 3];
      for (int bin = 0; bin < bins; bin++) {
        int to = at + bin * count + t;
        into[to] = a[bin];
        into[to + 1] = b[bin];
        into[to + 2] = c[bin];
        into[to + 3] = d[bin];
      }
    }
    for (; t < count; t++) {
      for (int bin = 0; bin < bins; bin++) {
        into[at + bin * count + t] = frames[t][bin];
      }
    }
  }

  /** The inverse of {@link #toBins}. */
  static void toFrames(float[] from, int at, int bins, float[][] frames) {
    int count = frames.length;
    int t = 0;
    for (; t + ROWS <= count; t += ROWS) {
      float[] a = frames[t];
      float[] b = frames[t + 1];
      float[] c = frames[t + 2];
      float[] d = frames[t + 3];
      for (int bin = 0; bin < bins; bin++) {
        int of = at + bin * count + t;
        a[bin] = from[of];
        b[bin] = from[of + 1];
        c[bin] = from[of + 2];
        d[bin] = from[of + 3];
      }
    }
    for (; t < count; t++) {
      for (int bin = 0; bin < bins; bin++) {
        frames[t][bin] = from[at + bin * count + t];
      }
    }
  }
}
