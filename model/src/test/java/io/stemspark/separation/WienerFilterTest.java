package io.stemspark.separation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.stemspark.spectrogram.Spectrogram;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Against norbert, the reference implementation: src/test/golden/wiener.py. */
class WienerFilterTest {
  private static final int FRAMES = 12;
  private static final int BINS = 3;

  @Test
  void agreesWithNorbert() throws IOException {
    Spectrogram[] mixture = stereo();
    Spectrogram[] voice = stereo();
    Spectrogram[] refined = stereo();
    for (String line : lines()) {
      String[] values = line.split(",", -1);
      int at = Integer.parseInt(values[0]) * BINS + Integer.parseInt(values[1]);
      int channel = Integer.parseInt(values[2]);
      set(mixture[channel], at, values[3], values[4]);
      set(voice[channel], at, values[5], values[6]);
      set(refined[channel], at, values[7], values[8]);
    }
    new WienerFilter().refine(mixture, 0, voice);
    for (int c = 0; c < 2; c++) {
      for (int i = 0; i < FRAMES * BINS; i++) {
        assertThat(voice[c].real()[i]).isCloseTo(refined[c].real()[i], within(1e-4f));
        assertThat(voice[c].imag()[i]).isCloseTo(refined[c].imag()[i], within(1e-4f));
      }
    }
  }

  @Test
  void silenceStaysSilent() {
    Spectrogram[] voice = stereo();
    new WienerFilter().refine(stereo(), 0, voice);
    assertThat(voice[0].real()).containsOnly(0);
    assertThat(voice[1].imag()).containsOnly(0);
  }

  private static Spectrogram[] stereo() {
    return new Spectrogram[] {new Spectrogram(FRAMES, BINS), new Spectrogram(FRAMES, BINS)};
  }

  private static void set(Spectrogram channel, int at, String re, String im) {
    channel.real()[at] = Float.parseFloat(re);
    channel.imag()[at] = Float.parseFloat(im);
  }

  private static List<String> lines() throws IOException {
    try (InputStream csv = WienerFilterTest.class.getResourceAsStream("/wiener.csv")) {
      List<String> lines = new String(csv.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
      return lines.subList(1, lines.size());
    }
  }
}
