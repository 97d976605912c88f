package io.stemspark.internal.segments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.stemspark.spectrogram.StftConfig.Window;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SegmentStftTest {
  private static float[] noise(int length) {
    Random random = new Random(length);
    float[] samples = new float[length];
    for (int i = 0; i < length; i++) {
      samples[i] = random.nextFloat() - 0.5f;
    }
    return samples;
  }

  /** The last segment of the third is no multiple of its hop. */
  @ParameterizedTest
  @CsvSource({
    "6144, 1024, HANN, false, 130048, 128",
    "7680, 1024, HANN, false, 30720, 31",
    "2048, 441, HANN, false, 17640, 41",
    "2048, 512, HANN, false, 17640, 35",
    "4096, 1024, RECTANGULAR, true, 48640, 48"
  })
  void theInverseGivesTheSegmentBack(
      int size, int hop, Window window, boolean normalised, int samples, int frames) {
    float[] segment = noise(samples);
    try (SegmentStft stft = new SegmentStft(size, hop, window, normalised, false, samples)) {
      assertThat(stft.frames()).isEqualTo(frames);
      float[][] real = new float[frames][stft.bins()];
      float[][] imag = new float[frames][stft.bins()];
      stft.forward(segment, real, imag);
      float[] back = new float[samples];
      stft.inverse(real, imag, back);
      for (int i = 0; i < samples; i++) {
        assertThat(back[i]).isCloseTo(segment[i], within(2e-5f));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 0, false, 12", "2, 3, false, 12", "4, 8, true, 12"})
  void framesAreThoseOfTheReflectedSegment(int bin, int frame, boolean normalised, int hop) {
    int size = 32;
    int samples = 100;
    float[] segment = noise(samples);
    try (SegmentStft stft = new SegmentStft(size, hop, Window.HANN, normalised, false, samples)) {
      float[][] real = new float[stft.frames()][stft.bins()];
      float[][] imag = new float[stft.frames()][stft.bins()];
      stft.forward(segment, real, imag);
      double re = 0;
      double im = 0;
      for (int i = 0; i < size; i++) {
        int at = Math.abs(frame * hop - size / 2 + i);
        double value = segment[at < samples ? at : 2 * (samples - 1) - at];
        double weight = 0.5 - 0.5 * Math.cos(2 * Math.PI * i / size);
        re += weight * value * Math.cos(2 * Math.PI * bin * i / size);
        im -= weight * value * Math.sin(2 * Math.PI * bin * i / size);
      }
      double scale = normalised ? Math.sqrt(size) : 1;
      assertThat(real[frame][bin]).isCloseTo((float) (re / scale), within(1e-5f));
      assertThat(imag[frame][bin]).isCloseTo((float) (im / scale), within(1e-5f));
    }
  }

  /** Of 343980 samples Hybrid Demucs sees 336 frames, and gets all but the edges back. */
  @Test
  void hybridDemucsLeavesOutTheOutermostFrames() {
    int samples = 343_980;
    float[] segment = noise(samples);
    try (SegmentStft stft = new SegmentStft(4096, 1024, Window.HANN, true, true, samples)) {
      assertThat(stft.frames()).isEqualTo(336);
      float[][] real = new float[336][stft.bins()];
      float[][] imag = new float[336][stft.bins()];
      stft.forward(segment, real, imag);
      float[] back = new float[samples];
      stft.inverse(real, imag, back);
      for (int i = 1536; i < 342_528; i++) {
        assertThat(back[i]).isCloseTo(segment[i], within(2e-5f));
      }
      assertThat(back[0]).isNotCloseTo(segment[0], within(1e-3f));
    }
  }

  @Test
  void segmentsThatCannotBeReflectedAreRefused() {
    assertThatThrownBy(() -> new SegmentStft(4096, 1024, Window.HANN, false, false, 2048))
        .hasMessage("A segment has 2048 samples. Expected more than 2048 for an FFT of 4096.");
  }
}
