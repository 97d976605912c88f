package io.stemspark.internal.onnx;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stemspark.internal.onnx.proto.NodeProto;
import io.stemspark.network.NetworkSpec;
import io.stemspark.patch.PatchConfig;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class OnnxTrialTest {
  private static final PatchConfig PATCH = new PatchConfig(2, 2);
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final NetworkSpec.Patches SPEC = NetworkSpec.Patches.unet(PATCH);

  @Test
  void aSoundNetworkPasses() {
    try (OnnxTrial trial = new OnnxTrial(MINUTE)) {
      assertThatCode(() -> trial.run(model("Identity"), SPEC)).doesNotThrowAnyException();
      assertThatCode(() -> trial.run(model("Sigmoid"), SPEC)).doesNotThrowAnyException();
    }
  }

  @Test
  void whatIsWrongIsSaidAndTheNextIsTried() {
    try (OnnxTrial trial = new OnnxTrial(MINUTE)) {
      assertThatThrownBy(() -> trial.run(model("Log"), SPEC))
          .hasMessageContaining("turns silence into values that are not finite");
      assertThatThrownBy(() -> trial.run(model("NoSuchOperator"), SPEC))
          .hasMessageContaining("ONNX Runtime refuses the model");
      assertThatCode(() -> trial.run(model("Identity"), SPEC)).doesNotThrowAnyException();
    }
  }

  /** The file is a U-Net of the project's own tests, changed by its fuzzer. */
  @Test
  void aCrashIsSaidAndTheNextIsTried() throws IOException {
    byte[] crashing;
    try (InputStream file = OnnxTrialTest.class.getResourceAsStream("/networks/crash.onnx")) {
      crashing = file.readAllBytes();
    }
    NetworkSpec.Patches spec = NetworkSpec.Patches.unet(new PatchConfig(32, 128));
    try (OnnxTrial trial = new OnnxTrial(MINUTE)) {
      assertThatThrownBy(() -> trial.run(crashing, spec))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("The model makes ONNX Runtime crash (SIG");
      assertThatCode(() -> trial.run(model("Identity"), SPEC)).doesNotThrowAnyException();
    }
  }

  @Test
  void timeIsLimited() {
    try (OnnxTrial trial = new OnnxTrial(Duration.ZERO)) {
      assertThatThrownBy(() -> trial.run(model("Identity"), SPEC))
          .hasMessage("The model takes more than 0 seconds to load and to run.");
    }
  }

  @Test
  void whoeverEndsTheProcessIsNoFaultOfTheNetwork() {
    try (OnnxTrial trial = new OnnxTrial(MINUTE)) {
      trial.run(model("Identity"), SPEC);
      ProcessHandle child = trial.process();
      child.destroyForcibly();
      child.onExit().join();
      assertThatThrownBy(() -> trial.run(model("Identity"), SPEC))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("ended with code 137");
      assertThatCode(() -> trial.run(model("Identity"), SPEC)).doesNotThrowAnyException();
    }
  }

  @Test
  void whatHasBeenTriedIsNotTriedAgain() {
    byte[] model = model("Sigmoid");
    OnnxTrial.require(model, "the hash of Sigmoid", SPEC);
    byte[] broken = new byte[0];
    assertThatCode(() -> OnnxTrial.require(broken, "the hash of Sigmoid", SPEC))
        .doesNotThrowAnyException();
    assertThatThrownBy(() -> OnnxTrial.require(broken, "another hash", SPEC))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static byte[] model(String operator) {
    return OneOperator.model(
        NodeProto.newBuilder().setOpType(operator), List.of("batch", "1", "2", "2"));
  }
}
