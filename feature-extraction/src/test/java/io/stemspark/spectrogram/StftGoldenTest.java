package io.stemspark.spectrogram;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.stemspark.audio.AudioReader;
import io.stemspark.internal.audio.Waveform;
import io.stemspark.internal.ffmpeg.FfmpegReader;
import io.stemspark.spectrogram.StftConfig.Window;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Against spectrograms that librosa made; {@code src/test/golden/stft.py} is the script. */
class StftGoldenTest {
  private static final int FIRST_SAMPLE = 22_050;
  private static final int LENGTH = 9001;
  private static final Path CLIP =
      Path.of(System.getProperty("stemspark.root"), "demo/train/ru-voicemail/mixture.flac");

  @ParameterizedTest
  @CsvSource({"512,128", "2048,512", "4096,1024"})
  void agreesWithLibrosa(int fftSize, int hop) throws IOException {
    Spectrogram spectrogram =
        new Stft(new StftConfig(44_100, fftSize, hop, Window.HANN)).forward(signal());
    float[] golden = golden("stft-%d-%d.f32".formatted(fftSize, hop));
    // librosa has no frame centred beyond the signal's end.
    int size = (1 + LENGTH / hop) * spectrogram.bins();
    assertThat(golden.length).isEqualTo(2 * size);
    assertThat(spectrogram.frames()).isEqualTo(2 + LENGTH / hop);
    double error = 0;
    double energy = 0;
    for (int i = 0; i < size; i++) {
      error += square(spectrogram.real()[i] - golden[i]);
      error += square(spectrogram.imag()[i] - golden[size + i]);
      energy += square(golden[i]) + square(golden[size + i]);
    }
    assertThat(energy).isGreaterThan(1);
    assertThat(Math.sqrt(error / energy)).isLessThan(1e-6);
  }

  @ParameterizedTest
  @CsvSource({"HANN,0", "HAMMING,1", "BLACKMAN,2", "RECTANGULAR,3"})
  void windowsAgreeWithScipy(Window window, int place) throws IOException {
    int size = 64;
    float[] golden = golden("windows-64.f32");
    assertThat(golden.length).isEqualTo(Window.values().length * size);
    float[] samples = window.samples(size);
    for (int i = 0; i < size; i++) {
      assertThat(samples[i]).isCloseTo(golden[place * size + i], within(1e-7f));
    }
  }

  private static double square(double value) {
    return value * value;
  }

  private static float[] signal() throws IOException {
    try (AudioReader reader = FfmpegReader.open(CLIP)) {
      float[] channel = Waveform.readAll(reader).channel(0);
      return Arrays.copyOfRange(channel, FIRST_SAMPLE, FIRST_SAMPLE + LENGTH);
    }
  }

  private static float[] golden(String file) throws IOException {
    try (InputStream stream = StftGoldenTest.class.getResourceAsStream("/golden/" + file)) {
      ByteBuffer bytes = ByteBuffer.wrap(stream.readAllBytes()).order(ByteOrder.LITTLE_ENDIAN);
      float[] values = new float[bytes.remaining() / Float.BYTES];
      bytes.asFloatBuffer().get(values);
      return values;
    }
  }
}
