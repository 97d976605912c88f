package io.stemspark.internal.training;

import io.stemspark.audio.AudioReader;
import io.stemspark.internal.audio.Waveform;
import io.stemspark.internal.ffmpeg.FfmpegReader;
import io.stemspark.network.Stem;
import io.stemspark.training.Augmentation;
import io.stemspark.training.LocalSgdSchedule;
import io.stemspark.training.Optimizer;
import io.stemspark.training.TrainingBackend;
import io.stemspark.training.TrainingConfig;
import io.stemspark.unet.Loss;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Small recipes, and a real clip to learn. */
public final class TestTraining {
  static final LocalSgdSchedule EVERY_STEP = new LocalSgdSchedule(1, 1, 0);

  /** The clips in {@code demo/}. */
  public static final Path DEMO = Path.of(System.getProperty("stemspark.root"), "demo");

  private TestTraining() {}

  /** The left channel of a stem of the demo's first track. */
  public static float[] stem(String name) throws IOException {
    try (AudioReader reader =
        FfmpegReader.open(DEMO.resolve("train/en-weasels/" + name + ".flac"))) {
      return Waveform.readAll(reader).channel(0);
    }
  }

  /** One epoch, for tests that want batches as they are. */
  public static TrainingConfig unaugmented(int batchSize) {
    return augmented(batchSize, Augmentation.NONE);
  }

  public static TrainingConfig augmented(int batchSize, Augmentation augmentation) {
    return new TrainingConfig(
        List.of(Stem.VOCALS),
        TrainingBackend.TORCH,
        Loss.MAGNITUDE,
        1,
        0,
        0,
        batchSize,
        EVERY_STEP,
        new Optimizer(1e-3, 0, 0, 0, false),
        10,
        augmentation,
        0,
        0,
        1,
        "");
  }
}
