package io.stemspark.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("integration")
class SeparateFileTest {
  private static final Path DEMO = Path.of(System.getProperty("stemspark.root"), "demo");

  @TempDir Path folder;

  @Test
  void aTrackBecomesTwoStems() throws IOException {
    SeparateFile.main(
        new String[] {
          DEMO.resolve("starter.bundle").toString(),
          DEMO.resolve("test/es-echo-mp3/mixture.mp3").toString(),
          folder.resolve("stems").toString()
        });
    assertThat(folder.resolve("stems").toFile().list())
        .containsExactlyInAnyOrder("vocals.wav", "accompaniment.wav");
  }

  /** What trains is not on the class path of what separates. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "org.nd4j.linalg.factory.Nd4j",
        "org.deeplearning4j.nn.graph.ComputationGraph",
        "org.bytedeco.pytorch.Tensor",
        "org.apache.spark.SparkContext",
        "org.apache.hadoop.fs.Path"
      })
  void inferenceIsAlone(String type) {
    assertThatThrownBy(() -> Class.forName(type)).isInstanceOf(ClassNotFoundException.class);
  }
}
