package io.stemspark.internal.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.stemspark.internal.onnx.proto.AttributeProto;
import io.stemspark.internal.onnx.proto.FunctionProto;
import io.stemspark.internal.onnx.proto.GraphProto;
import io.stemspark.internal.onnx.proto.ModelProto;
import io.stemspark.internal.onnx.proto.NodeProto;
import io.stemspark.internal.onnx.proto.SparseTensorProto;
import io.stemspark.internal.onnx.proto.StringStringEntryProto;
import io.stemspark.internal.onnx.proto.TensorProto;
import io.stemspark.network.NetworkSpec;
import io.stemspark.network.NetworkSpec.Axes;
import io.stemspark.network.NetworkSpec.Input;
import io.stemspark.network.NetworkSpec.Output;
import io.stemspark.network.Stem;
import io.stemspark.patch.PatchConfig;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Models that nobody should run, made from one of PyTorch's. */
class OnnxCheckTest {
  @Test
  void plainGraphIsFine() throws IOException {
    assertThatCode(() -> OnnxCheck.requireSafe(model().toByteArray())).doesNotThrowAnyException();
  }

  @Test
  void refusesAFileThatOnnxRuntimeWouldTakeForItsOwn() throws IOException {
    // ir_version, then producer_name, whose first letters are where ONNX Runtime looks.
    byte[] model =
        model().toBuilder().setIrVersion(7).setProducerName("ORTMagic").build().toByteArray();
    assertThat(new String(model, 4, 4, StandardCharsets.US_ASCII)).isEqualTo("ORTM");
    assertThatThrownBy(() -> OnnxCheck.requireSafe(model)).hasMessageContaining("own format");
  }

  @Test
  void runsAreProvedOnNoiseSilenceAndBatches() {
    NetworkSpec.Patches spec = NetworkSpec.Patches.unet(new PatchConfig(2, 2));
    assertThatThrownBy(() -> OnnxCheck.requireRuns(network(v -> 1 / v), spec))
        .hasMessageContaining("turns silence into values that are not finite");
    assertThatThrownBy(() -> OnnxCheck.requireRuns(network(v -> Float.NaN), spec))
        .hasMessageContaining("turns noise into");
    Network lastOnly =
        new Network() {
          @Override
          public void run(float[] input, int batch, float[] output) {
            Arrays.fill(output, input[output.length - 1]);
          }

          @Override
          public void close() {}
        };
    assertThatThrownBy(() -> OnnxCheck.requireRuns(lastOnly, spec))
        .hasMessageContaining("depend on each other");
    assertThatCode(() -> OnnxCheck.requireRuns(network(v -> v), spec)).doesNotThrowAnyException();
  }

  /** Its shapes are open, so that only a run shows it; what it writes to was made for less. */
  @Test
  void aModelThatGivesMoreThanExpectedIsStopped() {
    NodeProto.Builder twice =
        NodeProto.newBuilder()
            .setOpType("Concat")
            .addInput("x")
            .addAttribute(
                AttributeProto.newBuilder()
                    .setName("axis")
                    .setType(AttributeProto.AttributeType.INT)
                    .setI(1));
    byte[] model = OneOperator.model(twice, List.of("a", "b", "c", "d"));
    NetworkSpec.Patches spec = NetworkSpec.Patches.unet(new PatchConfig(2, 2));
    try (Network network = OnnxNetwork.onCpu(model, spec, 1)) {
      assertThatThrownBy(() -> OnnxCheck.requireRuns(network, spec))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("The model does not run: ")
          .hasMessageContaining("shape");
    }
  }

  private interface Element {
    float of(float value);
  }

  private static Network network(Element element) {
    return new Network() {
      @Override
      public void run(float[] input, int batch, float[] output) {
        for (int i = 0; i < output.length; i++) {
          output[i] = element.of(input[i]);
        }
      }

      @Override
      public void close() {}
    };
  }

  @Test
  void refusesWhatIsNoPlainGraph() throws IOException {
    assertRefused(model -> model.clearGraph(), "it has no operators");
    assertRefused(
        model -> model.getGraphBuilder().getNodeBuilder(0).setDomain("evil"),
        "operators of the domain evil");
    assertRefused(
        model -> model.getOpsetImportBuilder(0).setVersion(3),
        "operator set is 3. Expected 7 to 23.");
    assertRefused(
        model -> model.getOpsetImportBuilder(0).setVersion(24), "operator set is 24. Expected 7");
    assertRefused(
        model -> model.addFunctions(function("f", "f")), "function f calls itself, or others more");
    assertRefused(
        model -> model.addFunctions(function("f", "g")).addFunctions(function("g", "f")),
        "calls itself, or others more");
    assertRefused(
        model ->
            model.addFunctions(
                function("f", "g").toBuilder()
                    .setNode(
                        0,
                        branch(
                            GraphProto.newBuilder().addAllNode(function("f", "f").getNodeList())))),
        "calls itself, or others more");
    assertRefused(
        model -> {
          for (int i = 0; i < 20; i++) {
            model.addFunctions(function("f" + i, "f" + (i + 1)));
          }
          model.addFunctions(function("f20", "Relu"));
        },
        "or others more than 16 deep");
    assertRefused(
        model -> model.addFunctions(function("f", "other")), "operators of the domain local");
    assertRefused(
        model -> model.addFunctions(function("f", "g")).addFunctions(function("f", "g")),
        "two functions of one name");
    assertRefused(
        model ->
            model
                .getGraphBuilder()
                .addNode(
                    branch(
                        GraphProto.newBuilder()
                            .addNode(NodeProto.newBuilder().setDomain("evil").setOpType("x")))),
        "operators of the domain evil");
    assertRefused(
        model ->
            model
                .getGraphBuilder()
                .addNode(
                    NodeProto.newBuilder()
                        .setOpType("Loop")
                        .addAttribute(
                            AttributeProto.newBuilder().setG(GraphProto.newBuilder()).build())),
        "operator Loop holds a graph");
    assertRefused(
        model ->
            model.getGraphBuilder().addSparseInitializer(SparseTensorProto.getDefaultInstance()),
        "sparse weights");
  }

  private static FunctionProto function(String name, String called) {
    return FunctionProto.newBuilder()
        .setDomain("local")
        .setName(name)
        .addNode(NodeProto.newBuilder().setDomain("local").setOpType(called))
        .build();
  }

  private static NodeProto branch(GraphProto.Builder graph) {
    return NodeProto.newBuilder()
        .setOpType("If")
        .addAttribute(AttributeProto.newBuilder().setName("then_branch").setG(graph))
        .build();
  }

  @Test
  void branchesWithinBranchesEnd() throws IOException {
    assertRefused(
        model -> {
          GraphProto.Builder graph = GraphProto.newBuilder();
          for (int depth = 0; depth < 20; depth++) {
            graph = GraphProto.newBuilder().addNode(branch(graph));
          }
          model.getGraphBuilder().addNode(branch(graph));
        },
        "Expected graphs in the branches of If alone, at most 16 deep.");
  }

  @Test
  void refusesWeightsElsewhereAndWeightsThatAreNoNumbers() throws IOException {
    assertRefused(
        model ->
            model
                .getGraphBuilder()
                .getInitializerBuilder(0)
                .setDataLocation(TensorProto.DataLocation.EXTERNAL)
                .addExternalData(
                    StringStringEntryProto.newBuilder().setKey("location").setValue("/etc/passwd")),
        "are in another file");
    assertRefused(
        model ->
            model
                .getGraphBuilder()
                .addNode(
                    NodeProto.newBuilder()
                        .setOpType("Constant")
                        .addAttribute(
                            AttributeProto.newBuilder()
                                .setT(floats(Float.NaN).setName("constant"))
                                .build())),
        "The weights constant hold a value that is NaN");
    assertRefused(
        model -> model.getGraphBuilder().addInitializer(floats(1, Float.NaN).setName("w")),
        "The weights w hold a value that is NaN");
    assertRefused(
        model ->
            model
                .getGraphBuilder()
                .addInitializer(
                    TensorProto.newBuilder()
                        .setName("half")
                        .setDataType(TensorProto.DataType.FLOAT16_VALUE)
                        .setRawData(ByteString.copyFrom(new byte[] {0, 0, 1, 0x7c}))),
        "The weights half hold a value that is NaN");
  }

  @Test
  void refusesAnythingElseWithoutAFuss() throws IOException {
    byte[] good = model().toByteArray();
    NetworkSpec.Patches spec =
        new NetworkSpec.Patches(
            Input.COMPLEX,
            Output.COMPLEX,
            List.of(Stem.VOCALS),
            2,
            new PatchConfig(16, 256),
            Axes.BINS_FRAMES,
            1,
            1);
    Random random = new Random(1);
    int refused = 0;
    for (int i = 0; i < 300; i++) {
      byte[] bad = Arrays.copyOf(good, 1 + random.nextInt(good.length));
      for (int flips = random.nextInt(20); flips > 0; flips--) {
        bad[random.nextInt(bad.length)] ^= (byte) (1 << random.nextInt(8));
      }
      refused += isRefused(bad, spec) ? 1 : 0;
    }
    // What is left changes a weight or a name.
    assertThat(refused).isGreaterThan(200);
    assertThat(isRefused(good, spec)).isFalse();
  }

  /** Whatever else it throws fails the test. */
  private static boolean isRefused(byte[] model, NetworkSpec.Patches spec) {
    try {
      OnnxCheck.requireSafe(model);
      OnnxNetwork.onCpu(model, spec, 1).close();
      return false;
    } catch (IllegalArgumentException e) {
      return true;
    }
  }

  private static TensorProto.Builder floats(float... values) {
    ByteBuffer raw = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    raw.asFloatBuffer().put(values);
    return TensorProto.newBuilder()
        .setDataType(TensorProto.DataType.FLOAT_VALUE)
        .setRawData(ByteString.copyFrom(raw));
  }

  private static void assertRefused(Consumer<ModelProto.Builder> damage, String reason)
      throws IOException {
    ModelProto.Builder model = model().toBuilder();
    damage.accept(model);
    byte[] bytes = model.build().toByteArray();
    assertThatThrownBy(() -> OnnxCheck.requireSafe(bytes))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(reason);
  }

  private static ModelProto model() throws IOException {
    try (InputStream file = OnnxCheckTest.class.getResourceAsStream("/networks/mdx.onnx")) {
      return ModelProto.parseFrom(file.readAllBytes());
    }
  }
}
