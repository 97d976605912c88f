package io.stemspark.internal.ffmpeg;

import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.PointerPointer;

/** Native planar float samples that grow on demand: what FFmpeg's resampler reads and writes. */
final class PlanarBuffer implements AutoCloseable {
  private final FloatPointer[] planes;
  private final PointerPointer<FloatPointer> pointers;
  private int capacity;

  PlanarBuffer(int channels) {
    planes = new FloatPointer[channels];
    pointers = new PointerPointer<>(channels);
  }

  /** Makes room for {@code samples} per channel; what was there is lost if the buffer grows. */
  void reserve(int samples) {
    if (samples <= capacity) {
      return;
    }
    for (int c = 0; c < planes.length; c++) {
      if (planes[c] != null) {
        planes[c].close();
      }
      planes[c] = new FloatPointer(samples);
      pointers.put(c, planes[c]);
    }
    capacity = samples;
  }

  PointerPointer<FloatPointer> pointers() {
    return pointers;
  }

  /** Copies {@code length} samples of each channel, from {@code from} on, to {@code at}. */
  void put(float[][] samples, int from, int at, int length) {
    for (int c = 0; c < planes.length; c++) {
      planes[c].position(at).put(samples[c], from, length);
      planes[c].position(0);
    }
  }

  /** A copy of the first {@code length} samples, {@code [channel][time]}. */
  float[][] copy(int length) {
    float[][] samples = new float[planes.length][length];
    for (int c = 0; c < planes.length; c++) {
      planes[c].get(samples[c], 0, length);
    }
    return samples;
  }

  @Override
  public void close() {
    for (FloatPointer plane : planes) {
      if (plane != null) {
        plane.close();
      }
    }
    pointers.close();
  }
}
