package io.stemspark.internal.onnx;

import io.stemspark.internal.onnx.proto.GraphProto;
import io.stemspark.internal.onnx.proto.ModelProto;
import io.stemspark.internal.onnx.proto.StringStringEntryProto;
import io.stemspark.internal.onnx.proto.ValueInfoProto;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What an ONNX file says of itself.
 *
 * @param inputs shapes by name, in the order of the file; -1 for what is open
 * @param outputs as the inputs
 * @param metadata what its exporter has noted
 */
public record OnnxSignature(
    Map<String, List<Long>> inputs, Map<String, List<Long>> outputs, Map<String, String> metadata) {

  /**
   * Reads a file, after all checks that need no run.
   *
   * @throws IllegalArgumentException that says what is wrong with it
   */
  public static OnnxSignature of(byte[] model) {
    ModelProto proto = OnnxCheck.safeModel(model);
    GraphProto graph = proto.getGraph();
    // Older files list their weights among the inputs.
    Set<String> weights = new HashSet<>();
    graph.getInitializerList().forEach(tensor -> weights.add(tensor.getName()));
    Map<String, String> metadata = new TreeMap<>();
    for (StringStringEntryProto entry : proto.getMetadataPropsList()) {
      metadata.put(entry.getKey(), entry.getValue());
    }
    return new OnnxSignature(
        shapes(graph.getInputList(), weights), shapes(graph.getOutputList(), Set.of()), metadata);
  }

  private static Map<String, List<Long>> shapes(List<ValueInfoProto> values, Set<String> passed) {
    Map<String, List<Long>> shapes = new LinkedHashMap<>();
    for (ValueInfoProto value : values) {
      if (!passed.contains(value.getName())) {
        shapes.put(
            value.getName(),
            value.getType().getTensorType().getShape().getDimList().stream()
                .map(size -> size.hasDimValue() ? size.getDimValue() : -1)
                .toList());
      }
    }
    return shapes;
  }
}
