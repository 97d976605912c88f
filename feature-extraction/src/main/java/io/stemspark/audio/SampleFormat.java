package io.stemspark.audio;

/** How a file stores one sample. */
public enum SampleFormat {
  INT16(16),
  INT24(24),
  FLOAT32(32);

  private final int bits;

  SampleFormat(int bits) {
    this.bits = bits;
  }

  /** Bits of a sample. */
  public int bits() {
    return bits;
  }

  /** Whether samples are whole numbers. */
  public boolean isInteger() {
    return this != FLOAT32;
  }

  /** Full scale in steps of the format, 2^(bits - 1); 1 for floating point. */
  public float scale() {
    return isInteger() ? 1 << (bits - 1) : 1;
  }
}
