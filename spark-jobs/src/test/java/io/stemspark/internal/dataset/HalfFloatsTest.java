package io.stemspark.internal.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;

class HalfFloatsTest {
  @Test
  void elevenBitsAreKept() {
    Random random = new Random(5);
    float[] values = new float[10_000];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (random.nextGaussian() * Math.pow(2, random.nextInt(30) - 14));
    }
    float[] back = new float[values.length];
    HalfFloats.decode(ByteBuffer.wrap(HalfFloats.encode(values)), back);
    for (int i = 0; i < values.length; i++) {
      double tolerance = Math.max(Math.abs(values[i]) * 0x1p-11, 0x1p-25);
      if (Math.abs(values[i]) < 65_000) {
        assertThat((double) Math.abs(back[i] - values[i])).isLessThanOrEqualTo(tolerance);
      }
    }
  }

  @Test
  void everyOneSurvivesTheWayThroughFloat() {
    for (int bits = 0; bits < 1 << 16; bits++) {
      float value = HalfFloats.toFloat((short) bits);
      if (!Float.isNaN(value)) {
        assertThat(HalfFloats.toHalf(value)).isEqualTo((short) bits);
      }
    }
    assertThat(HalfFloats.toFloat(HalfFloats.toHalf(Float.NaN))).isNaN();
    assertThat(HalfFloats.toFloat(HalfFloats.toHalf(1e9f))).isInfinite();
    assertThat(HalfFloats.toFloat(HalfFloats.toHalf(65_519f))).isEqualTo(65_504f);
  }
}
