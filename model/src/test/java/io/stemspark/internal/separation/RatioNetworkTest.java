package io.stemspark.internal.separation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.stemspark.bundle.Manifest.Member;
import io.stemspark.internal.onnx.OnnxNetwork;
import io.stemspark.network.NetworkSpec.Axes;
import io.stemspark.network.NetworkSpec.Input;
import io.stemspark.network.NetworkSpec.Output;
import io.stemspark.network.NetworkSpec.Patches;
import io.stemspark.network.Stem;
import io.stemspark.patch.PatchConfig;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Against the masks of src/test/golden/segments.py. Its networks have the channels before the
 * splits.
 */
class RatioNetworkTest {
  private static final int PATCHES = 3;
  private static final PatchConfig PATCH = new PatchConfig(16, 128);

  @Test
  void masksAreSharesOfSquares() throws IOException {
    try (OnnxNetwork vocals = network(Stem.VOCALS);
        OnnxNetwork rest = network(Stem.ACCOMPANIMENT)) {
      List<MemberNetwork> members =
          List.of(
              new MemberNetwork(Member.of("v", spec(Stem.VOCALS)), vocals),
              new MemberNetwork(Member.of("a", spec(Stem.ACCOMPANIMENT)), rest));
      Patches ratio = RatioNetwork.spec(members);
      assertThat(ratio.stems()).containsExactly(Stem.VOCALS, Stem.ACCOMPANIMENT);
      float[] masks = new float[PATCHES * ratio.outputSize()];
      new RatioNetwork(members).run(patches(), PATCHES, masks);
      ByteBuffer golden = ByteBuffer.wrap(resource("ratio.f32")).order(ByteOrder.LITTLE_ENDIAN);
      assertThat(golden.remaining()).isEqualTo(masks.length * Float.BYTES);
      for (int i = 0; i < masks.length; i++) {
        assertThat(masks[i]).as("value %d", i).isCloseTo(golden.getFloat(), within(1e-4f));
      }
    }
  }

  /** The patch of the golden script, whose channels come first. */
  private static float[] patches() {
    int plane = PATCH.size();
    float[] patches = new float[2 * PATCHES * plane];
    for (int c = 0; c < 2; c++) {
      for (int patch = 0; patch < PATCHES; patch++) {
        for (int i = 0; i < plane; i++) {
          double at = (c * PATCHES + patch) * plane + i;
          double angle = 4 * at / (patches.length - 1);
          patches[(patch * 2 + c) * plane + i] = (float) Math.abs(Math.sin((float) angle));
        }
      }
    }
    return patches;
  }

  private static Patches spec(Stem stem) {
    return new Patches(
        Input.MAGNITUDE, Output.RATIO, List.of(stem), 2, PATCH, Axes.FRAMES_BINS, 1, 1);
  }

  private static OnnxNetwork network(Stem stem) throws IOException {
    return OnnxNetwork.onCpu(resource(stem + ".onnx"), spec(stem), 1);
  }

  private static byte[] resource(String name) throws IOException {
    try (InputStream file = RatioNetworkTest.class.getResourceAsStream("/segments/" + name)) {
      return file.readAllBytes();
    }
  }
}
