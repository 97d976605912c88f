package io.stemspark.cli;

import static io.stemspark.cli.Result.assertUsage;
import static io.stemspark.cli.Result.run;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.stemspark.Demo;
import io.stemspark.internal.onnx.proto.AttributeProto;
import io.stemspark.internal.onnx.proto.GraphProto;
import io.stemspark.internal.onnx.proto.ModelProto;
import io.stemspark.internal.onnx.proto.NodeProto;
import io.stemspark.internal.onnx.proto.TensorProto;
import io.stemspark.internal.onnx.proto.TensorProto.DataLocation;
import io.stemspark.internal.onnx.proto.TensorShapeProto;
import io.stemspark.internal.onnx.proto.ValueInfoProto;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Networks of each kind that somebody has made to do harm: refused with 2, and nothing is written.
 */
@Tag("integration")
class HostileNetworksTest {
  private static final Path NETWORKS = Demo.FOLDER.resolve("../model/src/test/resources/segments");
  private static final long HUGE = 1L << 40;

  @TempDir private Path folder;

  /** A kind of network, with what its import needs. */
  private record Kind(String preset, String file, List<String> options) {
    @Override
    public String toString() {
      return preset + " " + file;
    }
  }

  private static List<Kind> kinds() {
    return List.of(
        new Kind("htdemucs", "samples.onnx", List.of("--stems=a,b,c")),
        new Kind("htdemucs", "hybrid.onnx", List.of("--stems=a,b,c", "--fft-size=64")),
        new Kind("roformer", "spectra.onnx", List.of("--stems=a,b,c", "--hop-length=16")),
        new Kind("mdx", "planes.onnx", List.of("--stems=a", "--fft-size=64", "--hop-length=16")),
        new Kind("spleeter", "vocals.onnx", List.of("--fft-size=256", "--hop-length=64")));
  }

  private ModelProto.Builder model(Kind kind) throws IOException {
    return ModelProto.parseFrom(Files.readAllBytes(NETWORKS.resolve(kind.file))).toBuilder();
  }

  private Result imported(Kind kind, ModelProto.Builder model) throws IOException {
    Path file = folder.resolve(kind.file);
    Files.write(file, model.build().toByteArray());
    List<String> arguments = new ArrayList<>(List.of("bundle", "import", "--preset", kind.preset));
    arguments.addAll(kind.options);
    arguments.addAll(List.of(file.toString(), bundle().toString()));
    return run(arguments.toArray(String[]::new));
  }

  private Path bundle() {
    return folder.resolve("out.bundle");
  }

  private static TensorShapeProto.Builder shape(ValueInfoProto.Builder tensor) {
    return tensor.getTypeBuilder().getTensorTypeBuilder().getShapeBuilder();
  }

  private static void rename(GraphProto.Builder graph, String from, String to) {
    graph.getInputBuilderList().stream()
        .filter(input -> input.getName().equals(from))
        .forEach(input -> input.setName(to));
    for (NodeProto.Builder node : graph.getNodeBuilderList()) {
      for (int i = 0; i < node.getInputCount(); i++) {
        if (node.getInput(i).equals(from)) {
          node.setInput(i, to);
        }
      }
    }
  }

  private static AttributeProto.Builder number(String name, long value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.INT)
        .setI(value);
  }

  private static TensorProto.Builder integers(long... values) {
    ByteBuffer raw = ByteBuffer.allocate(8 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    raw.asLongBuffer().put(values);
    return TensorProto.newBuilder()
        .setDataType(TensorProto.DataType.INT64_VALUE)
        .addDims(values.length)
        .setRawData(ByteString.copyFrom(raw));
  }

  private static Stream<Arguments> damages() {
    return kinds().stream()
        .flatMap(
            kind ->
                Stream.of(
                    damage(kind, "rank", graph -> shape(graph.getInputBuilder(0)).removeDim(0)),
                    damage(
                        kind,
                        "channels",
                        graph ->
                            shape(graph.getInputBuilder(0))
                                .getDimBuilderList()
                                .forEach(size -> size.setDimValue(7))),
                    damage(
                        kind,
                        "size",
                        graph ->
                            shape(graph.getInputBuilder(0)).getDimBuilder(2).setDimValue(HUGE)),
                    damage(kind, "no outputs", graph -> graph.clearOutput()),
                    damage(
                        kind,
                        "more inputs",
                        graph -> graph.addInput(graph.getInput(0).toBuilder().setName("more"))),
                    damage(
                        kind,
                        "a loop",
                        graph ->
                            graph.addNode(
                                NodeProto.newBuilder()
                                    .setOpType("Loop")
                                    .addAttribute(
                                        AttributeProto.newBuilder()
                                            .setName("body")
                                            .setG(GraphProto.newBuilder())))),
                    damage(
                        kind,
                        "a file elsewhere",
                        graph ->
                            graph
                                .getInitializerBuilder(0)
                                .clearRawData()
                                .setDataLocation(DataLocation.EXTERNAL)
                                .addExternalDataBuilder()
                                .setKey("location")
                                .setValue("../../../../etc/passwd")),
                    damage(
                        kind,
                        "weights that are not numbers",
                        graph ->
                            graph
                                .getInitializerBuilder(0)
                                .setRawData(
                                    ByteString.copyFrom(
                                            new byte[graph.getInitializer(0).getRawData().size()])
                                        .substring(4)
                                        .concat(
                                            ByteString.copyFrom(new byte[] {0, 0, -64, 127}))))));
  }

  private static Arguments damage(Kind kind, String name, Consumer<GraphProto.Builder> change) {
    return Arguments.of(kind, name, change);
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("damages")
  void aDamagedNetworkIsRefused(Kind kind, String name, Consumer<GraphProto.Builder> change)
      throws IOException {
    ModelProto.Builder model = model(kind);
    change.accept(model.getGraphBuilder());
    assertUsage(imported(kind, model), kind.file + " cannot be imported.");
    assertThat(bundle()).doesNotExist();
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void theSameNetworksAreTakenAsTheyAre(Kind kind) throws IOException {
    assertThat(imported(kind, model(kind)).code()).isEqualTo(Main.DONE);
  }

  @Test
  void aTensorOfAnotherNameIsNamed() throws IOException {
    Kind kind = kinds().get(2);
    ModelProto.Builder model = model(kind);
    rename(model.getGraphBuilder(), "spec_imag", "imaginary");
    assertUsage(imported(kind, model), "spec_imag of floats of shape");
    assertThat(bundle()).doesNotExist();
  }

  @Test
  void notesThatLieAreRefused() throws IOException {
    Kind kind = kinds().get(2);
    for (String note :
        List.of(
            "stft_n_fft=-5",
            "stft_n_fft=x",
            "stft_n_fft=4294967360",
            "segment_samples=999999999",
            "sample_rate=1",
            "sources=[\"a\",\"a\",\"a\"]",
            "sources=[\"../a\",\"b\",\"c\"]",
            "sources={")) {
      ModelProto.Builder model = model(kind);
      String[] entry = note.split("=", 2);
      model.addMetadataPropsBuilder().setKey(entry[0]).setValue(entry[1]);
      Kind unnamed = new Kind(kind.preset, kind.file, List.of("--hop-length=16"));
      assertUsage(imported(unnamed, model), kind.file + " cannot be imported.");
      assertThat(bundle()).doesNotExist();
    }
  }

  /** What would take a terabyte when it is run. */
  @Test
  void aHugeConstantEndsItsTrialAlone() throws IOException {
    Kind kind = kinds().get(0);
    ModelProto.Builder model = model(kind);
    GraphProto.Builder graph = model.getGraphBuilder();
    graph.addInitializer(integers(HUGE / 4).setName("huge"));
    graph.addNode(
        NodeProto.newBuilder().setOpType("ConstantOfShape").addInput("huge").addOutput("zeros"));
    graph.addNode(
        NodeProto.newBuilder()
            .setOpType("ReduceSum")
            .addInput("zeros")
            .addOutput("sum")
            .addAttribute(number("keepdims", 0)));
    String last = graph.getOutput(0).getName();
    NodeProto.Builder makes =
        graph.getNodeBuilderList().stream()
            .filter(node -> node.getOutputList().contains(last))
            .findFirst()
            .orElseThrow();
    makes.setOutput(0, "before");
    graph.addNode(
        NodeProto.newBuilder().setOpType("Add").addInput("before").addInput("sum").addOutput(last));
    assertUsage(imported(kind, model), kind.file + " cannot be imported.");
    assertThat(bundle()).doesNotExist();
  }
}
