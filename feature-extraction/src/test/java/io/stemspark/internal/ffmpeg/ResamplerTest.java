package io.stemspark.internal.ffmpeg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResamplerTest {
  private static final double AMPLITUDE = 0.5;

  @ParameterizedTest
  @CsvSource({"48000,44100", "44100,48000", "8000,44100", "44100,22050"})
  void keepsTimeLevelAndLength(int from, int to) throws IOException {
    float[] resampled = resample(tone(440, from), from, to);
    assertThat(resampled.length).isBetween(to - 1, to + 1);
    float[] expected = tone(440, to);
    // The first and last filter length see the mirrored edge of the signal.
    for (int i = to / 100; i < to - to / 100; i++) {
      assertThat(resampled[i]).isCloseTo(expected[i], within(1e-4f));
    }
  }

  /** Flat to 20 kHz where the lower rate is 44.1 kHz, and nothing beside the tone. */
  @ParameterizedTest
  @CsvSource({
    "48000,44100,100", "48000,44100,20000", "96000,44100,20000", "192000,44100,10000",
    "44100,48000,100", "44100,48000,20000", "44100,96000,20000", "8000,44100,3500",
    "44100,8000,3500", "8000,192000,1000", "192000,8000,3000"
  })
  void passesWhatBothRatesCanHold(int from, int to, int hertz) throws IOException {
    float[] resampled = resample(tone(hertz, from), from, to);
    double level = level(resampled, hertz, to);
    assertThat(20 * Math.log10(level / AMPLITUDE)).isCloseTo(0, within(0.1));
    double rest = energy(withoutTone(resampled, hertz, to));
    assertThat(10 * Math.log10(rest / (level * level / 2))).isLessThan(-90);
  }

  @ParameterizedTest
  @CsvSource({
    "96000,44100,24500",
    "96000,44100,30000",
    "192000,44100,60000",
    "96000,48000,27000",
    "48000,44100,23500",
    "44100,8000,5000",
    "192000,8000,90000"
  })
  void rejectsWhatTheLowerRateCannotHold(int from, int to, int hertz) throws IOException {
    float[] resampled = resample(tone(hertz, from), from, to);
    assertThat(10 * Math.log10(energy(resampled) / (AMPLITUDE * AMPLITUDE / 2))).isLessThan(-90);
  }

  @Test
  void channelsDoNotTouchEachOther() throws IOException {
    int channels = 8;
    float[][] together = new float[channels][];
    for (int c = 0; c < channels; c++) {
      together[c] = tone(200 * (c + 1), 48_000);
    }
    try (Resampler resampler = new Resampler(channels, 48_000, 44_100)) {
      float[][] first = resampler.resample(together, together[0].length);
      float[][] rest = resampler.finish();
      for (int c = 0; c < channels; c++) {
        assertThat(append(first[c], rest[c])).isEqualTo(resample(together[c], 48_000, 44_100));
      }
    }
  }

  /** In pieces of a thousand samples. */
  private static float[] resample(float[] samples, int from, int to) throws IOException {
    float[] all = new float[0];
    try (Resampler resampler = new Resampler(1, from, to)) {
      for (int at = 0; at < samples.length; at += 1000) {
        int n = Math.min(1000, samples.length - at);
        float[][] piece = {Arrays.copyOfRange(samples, at, at + n)};
        all = append(all, resampler.resample(piece, n)[0]);
      }
      return append(all, resampler.finish()[0]);
    }
  }

  private static float[] append(float[] a, float[] b) {
    float[] joined = Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, joined, a.length, b.length);
    return joined;
  }

  /** A second of a tone. */
  private static float[] tone(double hertz, int rate) {
    float[] samples = new float[rate];
    for (int i = 0; i < samples.length; i++) {
      samples[i] = (float) (AMPLITUDE * Math.sin(2 * Math.PI * hertz * i / rate));
    }
    return samples;
  }

  /** The amplitude of a frequency, in the middle of the signal: whole periods of it. */
  private static double level(float[] samples, double hertz, int rate) {
    double[] parts = parts(samples, hertz, rate);
    return Math.hypot(parts[0], parts[1]);
  }

  private static float[] withoutTone(float[] samples, double hertz, int rate) {
    double[] parts = parts(samples, hertz, rate);
    float[] rest = new float[samples.length];
    for (int i = 0; i < rest.length; i++) {
      double phase = 2 * Math.PI * hertz * i / rate;
      rest[i] = (float) (samples[i] - parts[0] * Math.sin(phase) - parts[1] * Math.cos(phase));
    }
    return rest;
  }

  /** The amplitudes of sine and cosine. */
  private static double[] parts(float[] samples, double hertz, int rate) {
    double sin = 0;
    double cos = 0;
    int from = rate / 10;
    int to = rate - from;
    for (int i = from; i < to; i++) {
      double phase = 2 * Math.PI * hertz * i / rate;
      sin += samples[i] * Math.sin(phase);
      cos += samples[i] * Math.cos(phase);
    }
    return new double[] {2 * sin / (to - from), 2 * cos / (to - from)};
  }

  /** Mean square, in the middle of the signal. */
  private static double energy(float[] samples) {
    double sum = 0;
    int from = samples.length / 10;
    int to = samples.length - from;
    for (int i = from; i < to; i++) {
      sum += samples[i] * samples[i];
    }
    return sum / (to - from);
  }
}
