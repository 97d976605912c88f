package io.stemspark.spark;

import io.stemspark.internal.config.JobSettings;
import java.util.List;

/** Settings that train in seconds. */
public final class SmallSettings {
  private SmallSettings() {}

  public static JobSettings load(String... more) {
    List<String> assignments =
        List.of(
            "stemspark.stft.fft-size = 1024",
            "stemspark.stft.hop-length = 256",
            "stemspark.patch.frames = 64",
            "stemspark.patch.bins = 256",
            "stemspark.unet.features = [4, 8]",
            "stemspark.training.epochs = 6",
            "stemspark.training.batch-size = 4",
            "stemspark.training.averaging-period = 2",
            "stemspark.training.last-averaging-period = 2",
            "stemspark.training.learning-rate = 0.03",
            "stemspark.training.remix = false",
            "stemspark.training.patches-per-epoch = 32");
    return JobSettings.load(
        List.of(),
        java.util.stream.Stream.concat(assignments.stream(), List.of(more).stream()).toList());
  }
}
