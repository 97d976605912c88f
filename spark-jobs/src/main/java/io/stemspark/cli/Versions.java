package io.stemspark.cli;

import io.stemspark.audio.FfmpegReader;
import io.stemspark.jobs.Version;
import io.stemspark.network.OnnxNetwork;
import io.stemspark.unet.Nd4jBackend;
import org.apache.spark.package$;
import picocli.CommandLine.IVersionProvider;

/** What runs in this installation. */
final class Versions implements IVersionProvider {
  @Override
  public String[] getVersion() {
    return new String[] {
      "Stemspark " + Version.stemspark(),
      "Java " + Runtime.version(),
      "Spark " + package$.MODULE$.SPARK_VERSION(),
      "Deeplearning4j " + Version.deeplearning4j(),
      "libtorch " + Version.libtorch(),
      "ONNX Runtime " + OnnxNetwork.environment().getVersion(),
      "FFmpeg " + FfmpegReader.version(),
      nd4j(),
    };
  }

  private static String nd4j() {
    try {
      Nd4jBackend backend = Nd4jBackend.detect();
      return backend + (backend.fastPath() ? " (fast path active)" : " (SLOW: no fast path)");
    } catch (IllegalStateException e) {
      return e.getMessage();
    }
  }
}
