package io.stemspark.internal.presets;

import io.stemspark.internal.onnx.OnnxSignature;
import io.stemspark.network.Stem;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** An ONNX file to import. */
public final class NetworkFile {
  private static final Map<String, Stem> NAMED =
      Map.of(
          "vocal",
          Stem.VOCALS,
          "accompaniment",
          Stem.ACCOMPANIMENT,
          "instrumental",
          Stem.ACCOMPANIMENT,
          "drum",
          new Stem("drums"),
          "bass",
          new Stem("bass"),
          "other",
          Stem.OTHER,
          "piano",
          new Stem("piano"),
          "guitar",
          new Stem("guitar"));

  private final String name;
  private final byte[] model;
  private final OnnxSignature signature;

  private NetworkFile(String name, byte[] model, OnnxSignature signature) {
    this.name = name;
    this.model = model;
    this.signature = signature;
  }

  /**
   * Reads a file.
   *
   * @param name without its folder
   * @throws IllegalArgumentException that says what is wrong with it
   */
  public static NetworkFile of(String name, byte[] model) {
    return new NetworkFile(name, model, OnnxSignature.of(model));
  }

  /** The file's bytes. */
  byte[] model() {
    return model;
  }

  /** What it says of itself. */
  OnnxSignature signature() {
    return signature;
  }

  /** A name for the network, as members of a bundle have it. */
  String member() {
    int dot = name.lastIndexOf('.');
    String base = (dot > 0 ? name.substring(0, dot) : name).toLowerCase(Locale.ROOT);
    String plain = base.replaceAll("[^a-z0-9_-]+", "-").replaceAll("^[-_]+|-+$", "");
    return plain.isEmpty() ? "network" : plain.substring(0, Math.min(plain.length(), 60));
  }

  /** The stem that the file is called after, if it is. */
  Optional<Stem> stem() {
    String lower = name.toLowerCase(Locale.ROOT);
    List<Stem> found =
        NAMED.entrySet().stream()
            .filter(word -> lower.contains(word.getKey()))
            .map(Map.Entry::getValue)
            .distinct()
            .toList();
    return found.size() == 1 ? Optional.of(found.get(0)) : Optional.empty();
  }

  /** A noted number, if the exporter has noted it. */
  Optional<Integer> number(String key) {
    try {
      return Optional.ofNullable(signature.metadata().get(key)).map(Integer::valueOf);
    } catch (NumberFormatException e) {
      throw wrong("It notes %s = %s. Expected a whole number.".formatted(key, value(key)));
    }
  }

  /** What is noted as true or false, if the exporter has noted it. */
  Optional<Boolean> flag(String key) {
    return switch (value(key)) {
      case "true" -> Optional.of(true);
      case "false" -> Optional.of(false);
      case "" -> Optional.empty();
      default ->
          throw wrong("It notes %s = %s. Expected true or false.".formatted(key, value(key)));
    };
  }

  /** What the exporter has noted; empty if nothing. */
  String value(String key) {
    return signature.metadata().getOrDefault(key, "");
  }

  /** The shape of an input. */
  List<Long> input(String tensor) {
    return shape(signature.inputs(), tensor, "inputs");
  }

  /** The shape of an output. */
  List<Long> output(String tensor) {
    return shape(signature.outputs(), tensor, "outputs");
  }

  private List<Long> shape(Map<String, List<Long>> tensors, String name, String what) {
    List<Long> shape = tensors.get(name);
    if (shape == null) {
      throw wrong(
          "It has the %s %s. Expected %s among them. Is it of another preset?"
              .formatted(what, tensors, name));
    }
    return shape;
  }

  /** A size of a tensor, which the file has to fix. */
  int size(List<Long> shape, int axis, String what) {
    if (axis >= shape.size() || shape.get(axis) < 1 || shape.get(axis) > Integer.MAX_VALUE) {
      throw wrong("It leaves open %s: its tensor has the shape %s.".formatted(what, shape));
    }
    return Math.toIntExact(shape.get(axis));
  }

  /** The only one of some tensors. */
  String only(Map<String, List<Long>> tensors, String what) {
    if (tensors.size() != 1) {
      throw wrong("It has the %s %s. Expected one.".formatted(what, tensors));
    }
    return tensors.keySet().iterator().next();
  }

  IllegalArgumentException wrong(String reason) {
    return new IllegalArgumentException("%s: %s".formatted(name, reason));
  }
}
