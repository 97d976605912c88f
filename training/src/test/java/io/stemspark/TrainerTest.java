package io.stemspark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.stemspark.audio.AudioException;
import io.stemspark.bundle.ModelBundle;
import io.stemspark.network.Stem;
import io.stemspark.network.UNetConfig;
import io.stemspark.patch.PatchConfig;
import io.stemspark.spectrogram.StftConfig;
import io.stemspark.spectrogram.StftConfig.Window;
import io.stemspark.training.Augmentation;
import io.stemspark.training.Epoch;
import io.stemspark.training.LocalSgdSchedule;
import io.stemspark.training.Optimizer;
import io.stemspark.training.Round;
import io.stemspark.training.TrainingBackend;
import io.stemspark.training.TrainingConfig;
import io.stemspark.training.TrainingListener;
import io.stemspark.unet.Loss;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TrainerTest {
  private static final Path TRACK =
      Path.of(System.getProperty("stemspark.root"), "demo/train/en-weasels");
  private static final Path VOCALS = TRACK.resolve("vocals.flac");
  private static final Path REST = TRACK.resolve("accompaniment.flac");

  private final List<Epoch> epochs = new ArrayList<>();
  private final TrainingListener listener =
      new TrainingListener() {
        @Override
        public void roundDone(Round round) {}

        @Override
        public void epochDone(Epoch epoch) {
          epochs.add(epoch);
        }
      };

  private static Trainer trainer() {
    TrainingConfig config =
        new TrainingConfig(
            List.of(Stem.VOCALS),
            TrainingBackend.TORCH,
            Loss.MAGNITUDE,
            6,
            0,
            0,
            4,
            new LocalSgdSchedule(1, 1, 0),
            new Optimizer(3e-3, 0, 0, 0, false),
            0,
            Augmentation.NONE,
            8,
            1,
            1,
            "CC0-1.0");
    return new Trainer(
        new StftConfig(44_100, 512, 256, Window.HANN),
        new PatchConfig(64, 128),
        new UNetConfig(1, 1, List.of(4, 8)),
        config);
  }

  @Test
  void aBundleComesOfATrack() throws IOException {
    ModelBundle bundle = trainer().add(VOCALS, REST).addValidation(VOCALS, REST).train(listener);

    assertThat(epochs).hasSize(6);
    assertThat(epochs.get(5).loss()).isLessThan(epochs.get(0).loss());
    assertThat(bundle.manifest().metrics()).containsKey("validation_sdr_db");
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bundle.write(bytes);
    ModelBundle back = ModelBundle.read("x", new ByteArrayInputStream(bytes.toByteArray()));
    assertThat(back.hash()).isEqualTo(bundle.hash());
  }

  @Test
  void theSameSeedGivesTheSameWeights() throws IOException {
    ModelBundle one = trainer().add(VOCALS, REST).train(listener);
    ModelBundle other = trainer().add(VOCALS, REST).train(listener);
    assertThat(other.weights().orElseThrow()).isEqualTo(one.weights().orElseThrow());
  }

  @Test
  void stemsThatDoNotFitAreRefused() {
    Path mono = TRACK.resolve("../../test/en-hello-mono48/mixture.wav").normalize();
    assertThatExceptionOfType(AudioException.class)
        .isThrownBy(() -> trainer().add(VOCALS, mono))
        .withMessageContaining("has other channels or another length.");
    assertThatExceptionOfType(IllegalArgumentException.class)
        .isThrownBy(() -> trainer().train(listener))
        .withMessageContaining("There are 0 patches to train on");
  }
}
