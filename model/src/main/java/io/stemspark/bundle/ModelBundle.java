package io.stemspark.bundle;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.stemspark.network.Dl4jNetwork;
import io.stemspark.network.Engine;
import io.stemspark.network.Network;
import io.stemspark.network.NetworkSpec;
import io.stemspark.network.OnnxCheck;
import io.stemspark.network.OnnxNetwork;
import io.stemspark.patch.PatchConfig;
import io.stemspark.spectrogram.StftConfig;
import io.stemspark.unet.OnnxExport;
import io.stemspark.unet.UNet;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Serializable;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.NoOp;

/** A model with all that inference needs. Immutable; the arrays are not copied. */
public final class ModelBundle implements Serializable {
  public static final int FORMAT_VERSION = 3;

  static final String MANIFEST = "manifest.json";
  static final String ONNX = "unet.onnx";
  static final String WEIGHTS = "unet.dl4j";

  private static final long serialVersionUID = 1;
  private static final int MOST_MANIFEST_BYTES = 1 << 20;
  private static final int MOST_ENTRY_BYTES = 1 << 30;

  private final Manifest manifest;
  private final byte[] onnx;
  private final byte[] weights;

  private ModelBundle(Manifest manifest, byte[] onnx, byte[] weights) {
    this.manifest = manifest;
    this.onnx = onnx;
    this.weights = weights;
  }

  /** Packs a network that was fitted here. */
  public static ModelBundle of(
      StftConfig stft,
      PatchConfig patch,
      Origin.Fitted origin,
      Map<String, Double> metrics,
      ComputationGraph network) {
    byte[] onnx = OnnxExport.export(network, origin.unet(), patch);
    byte[] weights = Weights.encode(network);
    Manifest manifest =
        new Manifest(
            FORMAT_VERSION,
            stft,
            NetworkSpec.unet(patch),
            origin,
            metrics,
            Map.of(ONNX, sha256(onnx), WEIGHTS, sha256(weights)));
    return new ModelBundle(manifest, onnx, weights);
  }

  /**
   * Packs a network that was fitted elsewhere, after it was checked and run once.
   *
   * @param onnx the bytes of an ONNX file
   * @throws IllegalArgumentException when the model does not have the shapes that {@code network}
   *     says, or cannot be trusted
   */
  public static ModelBundle importing(
      byte[] onnx, StftConfig stft, NetworkSpec network, Origin.Imported origin) {
    Manifest manifest =
        new Manifest(FORMAT_VERSION, stft, network, origin, Map.of(), Map.of(ONNX, sha256(onnx)));
    OnnxCheck.requireSafe(onnx);
    ModelBundle bundle = new ModelBundle(manifest, onnx, new byte[0]);
    bundle.requireRuns();
    return bundle;
  }

  /**
   * Runs the network once on the processor.
   *
   * @throws IllegalArgumentException when it has other shapes than the manifest says, or gives
   *     values that are not finite
   */
  public void requireRuns() {
    try (Network network = OnnxNetwork.onCpu(onnx, manifest.network(), 1)) {
      OnnxCheck.requireFinite(network, manifest.network());
    }
  }

  /**
   * Reads a bundle and checks it.
   *
   * @param name what errors call the bundle
   * @throws BundleException when anything is missing, damaged, unknown or too large
   */
  public static ModelBundle read(String name, InputStream stream) throws IOException {
    try {
      return fromEntries(entries(stream));
    } catch (BundleException e) {
      throw new BundleException(name + " is not a usable model bundle: " + e.getMessage(), e);
    } catch (IOException e) {
      throw new BundleException(
          name + " is not a usable model bundle: it is damaged or truncated: " + e.getMessage(), e);
    }
  }

  private static Map<String, byte[]> entries(InputStream stream) throws IOException {
    Map<String, byte[]> entries = new HashMap<>();
    ZipInputStream zip = new ZipInputStream(stream);
    for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
      String name = entry.getName();
      if (!Set.of(MANIFEST, ONNX, WEIGHTS).contains(name)) {
        throw new BundleException("unknown entry " + name);
      }
      int most = name.equals(MANIFEST) ? MOST_MANIFEST_BYTES : MOST_ENTRY_BYTES;
      byte[] content = zip.readNBytes(most + 1);
      if (content.length > most) {
        throw new BundleException("%s has more than %d bytes".formatted(name, most));
      }
      if (entries.put(name, content) != null) {
        throw new BundleException("two entries " + name);
      }
    }
    return entries;
  }

  private static ModelBundle fromEntries(Map<String, byte[]> entries) throws BundleException {
    if (!entries.containsKey(MANIFEST)) {
      throw new BundleException(MANIFEST + " is missing; is the file a bundle, and complete?");
    }
    Manifest manifest = manifest(entries.get(MANIFEST));
    boolean fitted = manifest.origin() instanceof Origin.Fitted;
    Set<String> expected = fitted ? Set.of(MANIFEST, ONNX, WEIGHTS) : Set.of(MANIFEST, ONNX);
    for (String name : expected) {
      if (!entries.containsKey(name)) {
        throw new BundleException(name + " is missing; is the file complete?");
      }
    }
    if (!expected.containsAll(entries.keySet())) {
      throw new BundleException(
          "entries %s where %s were expected".formatted(entries.keySet(), expected));
    }
    for (String name : expected) {
      String actual = sha256(entries.get(name));
      if (!name.equals(MANIFEST) && !actual.equals(manifest.entries().get(name))) {
        throw new BundleException(
            "%s has SHA-256 %s, the manifest says %s"
                .formatted(name, actual, manifest.entries().get(name)));
      }
    }
    try {
      OnnxCheck.requireSafe(entries.get(ONNX));
    } catch (IllegalArgumentException e) {
      throw new BundleException("%s: %s".formatted(ONNX, e.getMessage()), e);
    }
    return new ModelBundle(manifest, entries.get(ONNX), entries.getOrDefault(WEIGHTS, new byte[0]));
  }

  private static Manifest manifest(byte[] json) throws BundleException {
    try {
      int version = StrictJson.MAPPER.readTree(json).path("format_version").asInt(-1);
      if (version != FORMAT_VERSION) {
        throw new BundleException(
            "format version %d; this release reads version %d".formatted(version, FORMAT_VERSION));
      }
      return StrictJson.MAPPER.readValue(json, Manifest.class);
    } catch (JsonProcessingException e) {
      throw new BundleException(MANIFEST + " is not valid: " + e.getOriginalMessage(), e);
    } catch (BundleException e) {
      throw e;
    } catch (IOException e) {
      throw new BundleException(MANIFEST + " is not valid: " + e.getMessage(), e);
    }
  }

  /** Writes the bundle; the same bundle always becomes the same bytes. */
  public void write(OutputStream stream) throws IOException {
    Map<String, byte[]> entries = new TreeMap<>();
    entries.put(MANIFEST, StrictJson.MAPPER.writeValueAsBytes(manifest));
    entries.put(ONNX, onnx);
    if (manifest.origin() instanceof Origin.Fitted) {
      entries.put(WEIGHTS, weights);
    }
    ZipOutputStream zip = new ZipOutputStream(stream);
    for (Map.Entry<String, byte[]> content : entries.entrySet()) {
      ZipEntry entry = new ZipEntry(content.getKey());
      entry.setTime(0);
      zip.putNextEntry(entry);
      zip.write(content.getValue());
      zip.closeEntry();
    }
    zip.finish();
  }

  public Manifest manifest() {
    return manifest;
  }

  /** The manifest as JSON. */
  public String describe() {
    try {
      return StrictJson.MAPPER.writeValueAsString(manifest);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("A manifest is always JSON", e);
    }
  }

  /** The ONNX model for inference. */
  public byte[] onnx() {
    return onnx;
  }

  /** Identifies the model: SHA-256 of the ONNX model in hexadecimal. */
  public String hash() {
    return manifest.entries().get(ONNX);
  }

  /**
   * The Deeplearning4j graph with the bundle's weights and updater state.
   *
   * @throws BundleException when the network was fitted elsewhere, or its weights do not fit
   */
  public ComputationGraph graph(IUpdater updater) throws BundleException {
    if (!(manifest.origin() instanceof Origin.Fitted fitted)) {
      throw new BundleException("a network that was fitted elsewhere has no Deeplearning4j graph");
    }
    ComputationGraph graph =
        UNet.create(fitted.unet(), manifest.patch(), updater, 0, DataType.FLOAT);
    Weights.decode(weights, graph);
    return graph;
  }

  /** The same without what only training and Deeplearning4j need: smaller to send around. */
  public ModelBundle forInference() {
    return new ModelBundle(manifest, onnx, new byte[0]);
  }

  /**
   * Opens the network.
   *
   * @param engine what computes it
   * @param threads threads that share one call's work on a processor
   * @param card the CUDA card to use, if one was assigned
   */
  public Network open(Engine engine, int threads, OptionalInt card) throws BundleException {
    return switch (engine) {
      case DL4J -> new Dl4jNetwork(graph(new NoOp()), manifest.patch());
      case CPU -> OnnxNetwork.onCpu(onnx, manifest.network(), threads);
      case CUDA -> OnnxNetwork.onCuda(onnx, manifest.network(), card.orElse(0));
      case AUTO -> open(OnnxNetwork.bestEngine(card.isPresent()), threads, card);
    };
  }

  private static String sha256(byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every JDK has SHA-256", e);
    }
  }
}
