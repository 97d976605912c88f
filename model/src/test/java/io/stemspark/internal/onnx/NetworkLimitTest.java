package io.stemspark.internal.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stemspark.bundle.ModelBundle;
import io.stemspark.internal.network.UnsoundEstimateException;
import io.stemspark.network.NetworkSpec;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class NetworkLimitTest {
  @Test
  void aCallThatTakesTooLongIsEnded() throws IOException {
    ModelBundle starter;
    try (InputStream stream =
        Files.newInputStream(
            Path.of(System.getProperty("stemspark.root"), "demo/starter.bundle"))) {
      starter = ModelBundle.read("starter", stream);
    }
    NetworkSpec.Patches spec = starter.manifest().network();
    int size = spec.patch().size();
    // Many times the limit for all patches, a small part of it for one, on slow machines and fast.
    int patches = 128;
    float[] input = new float[patches * size];
    float[] output = new float[patches * size];
    try (OnnxNetwork network =
        OnnxNetwork.onCpu(starter.onnx(), Tensors.of(spec), 1, Duration.ofSeconds(2))) {
      assertThatThrownBy(() -> network.run(input, patches, output))
          .isInstanceOf(UnsoundEstimateException.class)
          .hasMessage("The network takes more than 2 seconds for one call.");
      // The next call has a limit of its own.
      network.run(input, 1, output);
    }
    assertThat(output[0]).isFinite();
  }
}
