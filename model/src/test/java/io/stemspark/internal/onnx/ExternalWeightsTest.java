package io.stemspark.internal.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.stemspark.internal.onnx.proto.ModelProto;
import io.stemspark.internal.onnx.proto.StringStringEntryProto;
import io.stemspark.internal.onnx.proto.TensorProto;
import io.stemspark.internal.onnx.proto.TensorProto.DataLocation;
import java.io.ByteArrayOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Weights in files beside a model, as exporters write those of large ones. */
class ExternalWeightsTest {
  private static final int MOST = 1 << 24;

  private final ByteArrayOutputStream beside = new ByteArrayOutputStream();

  private static ModelProto whole() throws IOException {
    try (InputStream file = ExternalWeightsTest.class.getResourceAsStream("/networks/mdx.onnx")) {
      return ModelProto.parseFrom(file.readAllBytes());
    }
  }

  /** All weights of a model, one after the other, in a file. */
  private ModelProto.Builder apart() throws IOException {
    ModelProto.Builder model = whole().toBuilder();
    for (TensorProto.Builder tensor : model.getGraphBuilder().getInitializerBuilderList()) {
      ByteString weights = tensor.getRawData();
      tensor
          .clearRawData()
          .setDataLocation(DataLocation.EXTERNAL)
          .addExternalData(entry("location", "weights.bin"))
          .addExternalData(entry("offset", String.valueOf(beside.size())))
          .addExternalData(entry("length", String.valueOf(weights.size())));
      weights.writeTo(beside);
    }
    return model;
  }

  private static StringStringEntryProto entry(String key, String value) {
    return StringStringEntryProto.newBuilder().setKey(key).setValue(value).build();
  }

  private byte[] read(String name) throws IOException {
    if (!name.equals("weights.bin")) {
      throw new FileNotFoundException(name);
    }
    return beside.toByteArray();
  }

  @Test
  void theyAreTakenIn() throws IOException {
    byte[] model = apart().build().toByteArray();
    assertThatThrownBy(() -> OnnxCheck.requireSafe(model)).hasMessageContaining("in another file");
    byte[] inside = ExternalWeights.inside(model, this::read, MOST);
    assertThat(ModelProto.parseFrom(inside)).isEqualTo(whole());
    assertThat(ExternalWeights.inside(inside, this::read, MOST)).isSameAs(inside);
  }

  @Test
  void whatLeadsElsewhereIsRefused() throws IOException {
    for (String location : new String[] {"/etc/passwd", "../w", "a/b", "a\\b", "..", ".", ""}) {
      assertRefused(
          tensor -> tensor.setExternalData(0, entry("location", location)),
          "Expected the name of a file beside the model.");
    }
    assertRefused(
        tensor -> tensor.setExternalData(1, entry("offset", "-1")), "have the offset -1. Expected");
    assertRefused(tensor -> tensor.setExternalData(2, entry("length", "99999999")), "which has ");
    assertRefused(tensor -> tensor.setExternalData(1, entry("offset", "99999999")), "which has ");
    beside.reset();
    byte[] model = apart().build().toByteArray();
    int fewer = model.length + beside.size() - 10;
    assertThatThrownBy(() -> ExternalWeights.inside(model, this::read, fewer))
        .hasMessageContaining("The model with its weights has more than");
    assertThatThrownBy(() -> ExternalWeights.inside(model, this::read, model.length + 10))
        .hasMessageContaining("The files beside the model have more than 20 bytes");
    byte[] missing = with(tensor -> tensor.setExternalData(0, entry("location", "none.bin")));
    assertThatThrownBy(() -> ExternalWeights.inside(missing, this::read, MOST))
        .isInstanceOf(FileNotFoundException.class);
  }

  private byte[] with(Consumer<TensorProto.Builder> damage) throws IOException {
    ModelProto.Builder model = apart();
    damage.accept(model.getGraphBuilder().getInitializerBuilder(0));
    return model.build().toByteArray();
  }

  private void assertRefused(Consumer<TensorProto.Builder> damage, String reason)
      throws IOException {
    byte[] model = with(damage);
    assertThatThrownBy(() -> ExternalWeights.inside(model, this::read, MOST))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(reason);
  }
}
