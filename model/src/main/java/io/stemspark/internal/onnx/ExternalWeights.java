package io.stemspark.internal.onnx;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.stemspark.internal.onnx.proto.AttributeProto;
import io.stemspark.internal.onnx.proto.FunctionProto;
import io.stemspark.internal.onnx.proto.GraphProto;
import io.stemspark.internal.onnx.proto.ModelProto;
import io.stemspark.internal.onnx.proto.NodeProto;
import io.stemspark.internal.onnx.proto.StringStringEntryProto;
import io.stemspark.internal.onnx.proto.TensorProto;
import io.stemspark.internal.onnx.proto.TensorProto.DataLocation;
import io.stemspark.internal.text.SafeText;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Takes weights that lie in files beside a model into the model ("external data" of the ONNX
 * specification: location, offset and length of each tensor).
 */
public final class ExternalWeights {
  /** A plain name: no folder can be reached by it. */
  private static final Pattern NAME = Pattern.compile("[^/\\\\\\x00-\\x1f]{1,255}");

  private static final Set<String> NO_FILES = Set.of(".", "..");

  private final Files files;
  private final long mostBytes;
  private final Map<String, byte[]> contents = new HashMap<>();
  private long read;
  private long taken;

  /** Reads files beside the model. */
  @FunctionalInterface
  public interface Files {
    byte[] read(String name) throws IOException;
  }

  private ExternalWeights(Files files, long mostBytes) {
    this.files = files;
    this.mostBytes = mostBytes;
  }

  /**
   * The model with all of its weights inside; the same bytes if they are.
   *
   * @param mostBytes that a model may have
   * @throws IllegalArgumentException when it names what cannot be such a file
   * @throws IOException when a file cannot be read
   */
  public static byte[] inside(byte[] model, Files files, long mostBytes) throws IOException {
    ModelProto proto;
    try {
      proto = OnnxCheck.parsed(model);
    } catch (IOException e) {
      return model; // Whoever checks it says what is wrong.
    }
    ExternalWeights weights = new ExternalWeights(files, mostBytes - model.length);
    ModelProto.Builder whole = proto.toBuilder();
    boolean some = weights.take(whole.getGraphBuilder());
    for (FunctionProto.Builder function : whole.getFunctionsBuilderList()) {
      some |= weights.take(function.getNodeBuilderList());
    }
    return some ? whole.build().toByteArray() : model;
  }

  /** Whether some were taken. */
  private boolean take(GraphProto.Builder graph) throws IOException {
    boolean some = false;
    for (TensorProto.Builder tensor : graph.getInitializerBuilderList()) {
      some |= take(tensor);
    }
    return take(graph.getNodeBuilderList()) || some;
  }

  private boolean take(List<NodeProto.Builder> nodes) throws IOException {
    boolean some = false;
    for (NodeProto.Builder node : nodes) {
      for (AttributeProto.Builder attribute : node.getAttributeBuilderList()) {
        some |= attribute.hasG() && take(attribute.getGBuilder());
        some |= attribute.hasT() && take(attribute.getTBuilder());
      }
    }
    return some;
  }

  private boolean take(TensorProto.Builder tensor) throws IOException {
    if (tensor.getDataLocation() != DataLocation.EXTERNAL) {
      return false;
    }
    tensor.setRawData(weights(tensor)).clearExternalData().clearDataLocation();
    return true;
  }

  private ByteString weights(TensorProto.Builder tensor) throws IOException {
    Map<String, String> entries = new TreeMap<>();
    for (StringStringEntryProto entry : tensor.getExternalDataList()) {
      entries.put(entry.getKey(), entry.getValue());
    }
    String location = entries.getOrDefault("location", "");
    if (!NAME.matcher(location).matches() || NO_FILES.contains(location)) {
      throw new IllegalArgumentException(
          "The weights %s are in %s. Expected the name of a file beside the model."
              .formatted(SafeText.quoted(tensor.getName()), SafeText.quoted(location)));
    }
    byte[] content = contents.get(location);
    if (content == null) {
      content = files.read(location);
      contents.put(location, content);
      read += content.length;
      if (read > 2 * mostBytes) {
        throw new IllegalArgumentException(
            "The files beside the model have more than %d bytes.".formatted(2 * mostBytes));
      }
    }
    long offset = number(tensor, entries, "offset", 0);
    long length = number(tensor, entries, "length", Math.max(0, content.length - offset));
    if (offset > content.length || length > content.length - offset) {
      throw new IllegalArgumentException(
          "The weights %s are bytes %d to %d of %s, which has %d."
              .formatted(
                  SafeText.quoted(tensor.getName()),
                  offset,
                  offset + length,
                  SafeText.quoted(location),
                  content.length));
    }
    taken += length;
    if (taken > mostBytes) {
      throw new IllegalArgumentException(
          "The model with its weights has more than %d bytes.".formatted(mostBytes));
    }
    return UnsafeByteOperations.unsafeWrap(content, (int) offset, (int) length);
  }

  private static long number(
      TensorProto.Builder tensor, Map<String, String> entries, String key, long absent) {
    String text = entries.getOrDefault(key, String.valueOf(absent));
    if (!text.matches("\\d{1,18}")) {
      throw new IllegalArgumentException(
          "The weights %s have the %s %s. Expected a number of bytes."
              .formatted(SafeText.quoted(tensor.getName()), key, SafeText.quoted(text)));
    }
    return Long.parseLong(text);
  }
}
