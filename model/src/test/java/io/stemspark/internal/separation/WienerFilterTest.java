package io.stemspark.internal.separation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Against norbert, the reference implementation: src/test/golden/wiener.py. */
class WienerFilterTest {
  private static final int FRAMES = 12;
  private static final int BINS = 3;

  @Test
  void agreesWithNorbert() throws IOException {
    SpectrogramBlock mixture = stereo();
    SpectrogramBlock voice = stereo();
    SpectrogramBlock refined = stereo();
    for (String line : lines()) {
      String[] values = line.split(",", -1);
      set(mixture, values, 3);
      set(voice, values, 5);
      set(refined, values, 7);
    }
    new WienerFilter().refine(mixture, 0, voice);
    for (int frame = 0; frame < FRAMES; frame++) {
      for (int c = 0; c < 2; c++) {
        assertThat(voice.real(frame)[c])
            .usingComparatorWithPrecision(1e-4f)
            .containsExactly(refined.real(frame)[c]);
        assertThat(voice.imag(frame)[c])
            .usingComparatorWithPrecision(1e-4f)
            .containsExactly(refined.imag(frame)[c]);
      }
    }
  }

  /** Soft frames, too, in a bin that is loud elsewhere, and the same on both sides. */
  @Test
  void whereThereIsNothingElseTheVoiceIsTheMixture() {
    SpectrogramBlock mixture = stereo();
    SpectrogramBlock voice = stereo();
    for (int frame = 0; frame < FRAMES; frame++) {
      for (int c = 0; c < 2; c++) {
        Arrays.fill(mixture.real(frame)[c], (float) Math.pow(10, -frame));
      }
      voice.copy(mixture, frame, frame);
    }
    new WienerFilter().refine(mixture, 0, voice);
    for (int frame = 0; frame < FRAMES; frame++) {
      assertThat(voice.real(frame)).isDeepEqualTo(mixture.real(frame));
      assertThat(voice.imag(frame)).isDeepEqualTo(mixture.imag(frame));
    }
  }

  @Test
  void silenceStaysSilent() {
    SpectrogramBlock voice = stereo();
    new WienerFilter().refine(stereo(), 0, voice);
    for (int frame = 0; frame < FRAMES; frame++) {
      assertThat(voice.real(frame)[0]).containsOnly(0);
      assertThat(voice.imag(frame)[1]).containsOnly(0);
    }
  }

  private static SpectrogramBlock stereo() {
    return new SpectrogramBlock(FRAMES, WienerFilter.CHANNELS, BINS);
  }

  /** A row's real part, and after it the imaginary one; it begins with frame, bin and channel. */
  private static void set(SpectrogramBlock frames, String[] row, int column) {
    int frame = Integer.parseInt(row[0]);
    int bin = Integer.parseInt(row[1]);
    int channel = Integer.parseInt(row[2]);
    frames.real(frame)[channel][bin] = Float.parseFloat(row[column]);
    frames.imag(frame)[channel][bin] = Float.parseFloat(row[column + 1]);
  }

  private static List<String> lines() throws IOException {
    try (InputStream csv = WienerFilterTest.class.getResourceAsStream("/wiener.csv")) {
      List<String> lines = new String(csv.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
      return lines.subList(1, lines.size());
    }
  }
}
