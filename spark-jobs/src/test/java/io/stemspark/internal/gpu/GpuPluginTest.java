package io.stemspark.internal.gpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stemspark.internal.session.SparkSettings;
import io.stemspark.network.InferenceBackend;
import io.stemspark.training.TrainingBackend;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.SparkException;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two executors of a machine that says that it has GPUs 2 and 5. */
@Tag("integration")
class GpuPluginTest {
  @TempDir static Path folder;

  private static JavaSparkContext spark() throws IOException {
    Path discovery = Files.createFile(folder.resolve("discovery.sh"));
    Files.writeString(
        discovery,
        """
        #!/bin/sh
        echo '{"name": "gpu", "addresses": ["2", "5"]}'
        """);
    assertThat(discovery.toFile().setExecutable(true)).isTrue();
    Files.createDirectories(Path.of(System.getenv("SPARK_HOME"), "jars"));
    Map<String, String> properties = new HashMap<>();
    properties.put("ui.enabled", "false");
    properties.put("executor.extraClassPath", System.getProperty("java.class.path"));
    properties.put("executor.cores", "1");
    properties.put("executor.memory", "1g");
    properties.put("executor.resource.gpu.amount", "1");
    properties.put("task.resource.gpu.amount", "1");
    properties.put("worker.resource.gpu.amount", "2");
    properties.put("worker.resource.gpu.discoveryScript", discovery.toString());
    properties.put("scheduler.minRegisteredResourcesRatio", "1.0");
    properties.put("scheduler.maxRegisteredResourcesWaitingTime", "120s");
    return new SparkSettings("test", "local-cluster[1,2,2048]", properties).start();
  }

  @Test
  void anExecutorSeesItsOwnCardAlone() throws IOException {
    try (JavaSparkContext context = spark()) {
      JavaRDD<Integer> tasks = context.parallelize(Collections.nCopies(8, 0), 8);
      List<String> seen = tasks.map(task -> seen()).distinct().collect();
      assertThat(seen)
          .containsExactlyInAnyOrder("2 in PCI_BUS_ID, number 0", "5 in PCI_BUS_ID, number 0");
      assertThatThrownBy(() -> tasks.foreach(task -> TrainingBackend.TORCH.requireUsable()))
          .isInstanceOf(SparkException.class)
          .hasMessageContaining("Spark has assigned a GPU, and libtorch in this build");
      assertThatThrownBy(() -> tasks.foreach(task -> Gpus.ofTask(InferenceBackend.AUTO)))
          .isInstanceOf(SparkException.class)
          .hasMessageContaining("Spark has assigned a GPU, and ONNX Runtime in this build");
      tasks.foreach(task -> assertThat(Gpus.ofTask(InferenceBackend.CPU)).isEmpty());
    }
  }

  private static String seen() throws InterruptedException {
    Thread.sleep(500); // leaves tasks for the other executor
    return "%s in %s, number %d"
        .formatted(
            torch.get_env("CUDA_VISIBLE_DEVICES").get().getString(),
            torch.get_env("CUDA_DEVICE_ORDER").get().getString(),
            Gpus.numberOfTask().orElseThrow());
  }
}
