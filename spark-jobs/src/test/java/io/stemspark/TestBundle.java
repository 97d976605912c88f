package io.stemspark;

import io.stemspark.bundle.Origin;
import io.stemspark.internal.export.TrainedWeights;
import io.stemspark.network.Stem;
import io.stemspark.network.UNetConfig;
import io.stemspark.patch.PatchConfig;
import io.stemspark.spectrogram.StftConfig;
import io.stemspark.spectrogram.StftConfig.Window;
import io.stemspark.unet.UNetGraph;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.learning.config.NoOp;

/** A bundle with random weights: separates badly, and fast. */
public final class TestBundle {
  private TestBundle() {}

  public static Path write(Path file) throws IOException {
    StftConfig stft = new StftConfig(44_100, 1024, 256, Window.HANN);
    PatchConfig patch = new PatchConfig(32, 128);
    UNetConfig unet = new UNetConfig(1, 1, List.of(2, 4));
    Origin.Fitted origin =
        new Origin.Fitted(
            "",
            unet,
            new Origin.Provenance("test", "2026-01-01T00:00:00Z", "none", 0, 0, Map.of()));
    try (OutputStream stream = Files.newOutputStream(file)) {
      TrainedWeights.pack(
              stft,
              patch,
              List.of(Stem.VOCALS),
              origin,
              Map.of(),
              UNetGraph.create(unet, patch, new NoOp(), 1, DataType.FLOAT))
          .write(stream);
    }
    return file;
  }
}
