package io.stemspark.internal.stems;

import static org.assertj.core.api.Assertions.assertThat;

import io.stemspark.Demo;
import io.stemspark.bundle.ModelBundle;
import io.stemspark.internal.config.JobSettings;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class BorrowedEngineTest {
  /** The page of an evaluation has clips, which the driver makes. */
  @Test
  void aDriverNeedsNoGpuWhereExecutorsHaveOne() throws IOException {
    Path file = Demo.FOLDER.resolve("starter.bundle");
    JobSettings settings =
        JobSettings.load(List.of(), List.of("stemspark.separation.engine = cuda"));
    SeparationContract task =
        new SeparationContract(
            settings.decoding(), settings.separation(), "file:/out", settings.paths(), "", 1);
    try (InputStream stream = Files.newInputStream(file);
        BorrowedEngine engine =
            BorrowedEngine.onCpu(ModelBundle.read(file.toString(), stream), task)) {
      assertThat(engine.engine()).isNotNull();
    }
  }
}
