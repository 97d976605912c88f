package io.stemspark.internal.dataset;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Arrays of IEEE 754 half-precision values (binary16), little-endian, as features are stored. */
public final class HalfFloats {
  /** The largest finite value. */
  public static final float MAX = 65_504;

  private static final int MAX_EXPONENT = 31;

  private HalfFloats() {}

  /** Rounds to nearest even; what lies beyond 65504 becomes infinite. */
  public static byte[] encode(float[] values) {
    ByteBuffer bytes = ByteBuffer.allocate(values.length * 2).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : values) {
      bytes.putShort(toHalf(value));
    }
    return bytes.array();
  }

  /** Decodes {@code into.length} values. */
  public static void decode(ByteBuffer bytes, float[] into) {
    if (bytes.remaining() != into.length * 2) {
      throw new IllegalArgumentException(
          "There are %d bytes of half-precision values. Expected %d."
              .formatted(bytes.remaining(), into.length * 2));
    }
    ByteBuffer source = bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < into.length; i++) {
      into[i] = toFloat(source.getShort(2 * i));
    }
  }

  static short toHalf(float value) {
    int bits = Float.floatToRawIntBits(value);
    int sign = (bits >>> 16) & 0x8000;
    int magnitude = bits & 0x7fffffff;
    if (magnitude >= 0x47800000) { // 65536 and above, infinite, or not a number
      boolean nan = magnitude > 0x7f800000;
      return (short) (sign | (nan ? 0x7e00 : 0x7c00));
    }
    if (magnitude < 0x38800000) { // below 2^-14: subnormal; the addition rounds to nearest even
      float shifted = Float.intBitsToFloat(magnitude) + 0.5f;
      return (short) (sign | (Float.floatToRawIntBits(shifted) - 0x3f000000));
    }
    int odd = (magnitude >>> 13) & 1;
    return (short) (sign | ((magnitude - 0x38000000 + 0xfff + odd) >>> 13));
  }

  static float toFloat(short half) {
    int exponent = (half >>> 10) & 0x1f;
    int fraction = half & 0x3ff;
    float sign = half < 0 ? -1 : 1;
    if (exponent == 0) {
      return sign * fraction * 0x1p-24f;
    }
    if (exponent == MAX_EXPONENT) {
      return fraction == 0 ? sign * Float.POSITIVE_INFINITY : Float.NaN;
    }
    return Float.intBitsToFloat(
        ((half & 0x8000) << 16) | ((exponent + 112) << 23) | (fraction << 13));
  }
}
