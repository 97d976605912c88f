package io.stemspark.internal.audio;

/** Samples of all channels, first in, first out. Not thread-safe. */
public final class SampleQueue {
  private final float[][] buffer;
  private int start;
  private int end;

  public SampleQueue(int channels) {
    buffer = new float[channels][0];
  }

  /** Samples per channel that wait. */
  public int size() {
    return end - start;
  }

  /** Appends {@code length} samples of every channel, from {@code from} on. */
  public void add(float[][] samples, int from, int length) {
    makeRoom(length);
    for (int c = 0; c < buffer.length; c++) {
      System.arraycopy(samples[c], from, buffer[c], end, length);
    }
    end += length;
  }

  /** Moves the first {@code length} samples of every channel to {@code into[channel][0..]}. */
  public void take(float[][] into, int length) {
    for (int c = 0; c < buffer.length; c++) {
      System.arraycopy(buffer[c], start, into[c], 0, length);
    }
    start += length;
  }

  /** Moves as many samples as wait, and fit into {@code into[channel]}; gives their number. */
  public int takeUpTo(float[][] into) {
    int length = Math.min(size(), into[0].length);
    take(into, length);
    return length;
  }

  /** Copies the first {@code into.length} samples of a channel, which stay. */
  public void copy(int channel, float[] into) {
    copy(channel, 0, into);
  }

  /** The same from an index on. */
  public void copy(int channel, int from, float[] into) {
    System.arraycopy(buffer[channel], start + from, into, 0, into.length);
  }

  /** A sample that waits; the first has the index 0. */
  public float get(int channel, int index) {
    return buffer[channel][start + index];
  }

  /** Drops the first {@code length} samples of every channel. */
  public void skip(int length) {
    start += length;
  }

  /** Drops all but the first {@code length} samples of every channel. */
  public void keep(int length) {
    end = start + length;
  }

  private void makeRoom(int length) {
    int capacity = buffer[0].length;
    if (end + length <= capacity) {
      return;
    }
    int held = size();
    int needed = Math.max(capacity, 2 * (held + length));
    for (int c = 0; c < buffer.length; c++) {
      float[] target = needed > capacity ? new float[needed] : buffer[c];
      System.arraycopy(buffer[c], start, target, 0, held);
      buffer[c] = target;
    }
    start = 0;
    end = held;
  }
}
