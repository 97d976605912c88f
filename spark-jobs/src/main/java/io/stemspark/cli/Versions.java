package io.stemspark.cli;

import io.stemspark.internal.ffmpeg.FfmpegReader;
import io.stemspark.internal.journal.Version;
import io.stemspark.internal.onnx.OnnxNetwork;
import io.stemspark.internal.torch.Nd4jBackend;
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
      "ONNX Runtime " + OnnxNetwork.version(),
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
