package io.stemspark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.stemspark.audio.AudioException;
import io.stemspark.audio.SampleFormat;
import io.stemspark.internal.onnx.Network;
import io.stemspark.internal.separation.MemoryReader;
import io.stemspark.internal.separation.SeparationEngine;
import io.stemspark.network.NetworkSpec;
import io.stemspark.patch.PatchConfig;
import io.stemspark.separation.OutputConfig;
import io.stemspark.separation.SeparationConfig;
import io.stemspark.spectrogram.StftConfig;
import io.stemspark.spectrogram.StftConfig.Window;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StemsTest {
  private static final Network NOT_A_NUMBER =
      new Network() {
        @Override
        public void run(float[] input, int batch, float[] output) {
          Arrays.fill(output, Float.NaN);
        }

        @Override
        public void close() {}
      };

  @TempDir Path folder;

  @Test
  void aTrackOfWhichTheNetworkMakesNothingSoundFailsLikeADamagedOne() {
    SeparationEngine engine =
        new SeparationEngine(
            new StftConfig(44_100, 512, 128, Window.HANN),
            NetworkSpec.Patches.unet(new PatchConfig(16, 128)),
            NOT_A_NUMBER,
            SeparationConfig.standard());
    Stems stems =
        new Stems(
            "song.wav",
            OutputConfig.wav(),
            engine,
            () -> new MemoryReader(new float[2][20_000], 44_100, SampleFormat.FLOAT32));

    assertThatExceptionOfType(AudioException.class)
        .isThrownBy(() -> stems.writeTo(folder))
        .withMessage("song.wav: The network gave values that are not finite.");
    assertThatExceptionOfType(AudioException.class)
        .isThrownBy(() -> stems.streamTo((stem, position, length) -> {}));
    assertThat(folder).isEmptyDirectory();
  }
}
