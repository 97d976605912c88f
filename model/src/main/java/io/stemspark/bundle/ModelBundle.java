package io.stemspark.bundle;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.stemspark.unet.OnnxExport;
import io.stemspark.unet.UNet;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.learning.config.IUpdater;

/** A trained model with all that inference needs. Immutable; the arrays are not copied. */
public final class ModelBundle {
  public static final int FORMAT_VERSION = 2;

  static final String MANIFEST = "manifest.json";
  static final String ONNX = "unet.onnx";
  static final String WEIGHTS = "unet.dl4j";

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

  /** Packs a trained network; {@code description}'s entries are filled in here. */
  public static ModelBundle of(Manifest description, ComputationGraph network) {
    byte[] onnx = OnnxExport.export(network, description.unet(), description.patch());
    byte[] weights = Weights.encode(network);
    Manifest manifest =
        new Manifest(
            FORMAT_VERSION,
            description.stft(),
            description.patch(),
            description.unet(),
            description.training(),
            description.metrics(),
            Map.of(ONNX, sha256(onnx), WEIGHTS, sha256(weights)));
    return new ModelBundle(manifest, onnx, weights);
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
    for (String name : new String[] {MANIFEST, ONNX, WEIGHTS}) {
      if (!entries.containsKey(name)) {
        throw new BundleException(name + " is missing; is the file a bundle, and complete?");
      }
    }
    Manifest manifest = manifest(entries.get(MANIFEST));
    for (String name : new String[] {ONNX, WEIGHTS}) {
      String actual = sha256(entries.get(name));
      if (!actual.equals(manifest.entries().get(name))) {
        throw new BundleException(
            "%s has SHA-256 %s, the manifest says %s"
                .formatted(name, actual, manifest.entries().get(name)));
      }
    }
    return new ModelBundle(manifest, entries.get(ONNX), entries.get(WEIGHTS));
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
    entries.put(WEIGHTS, weights);
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

  /** The ONNX model for inference. */
  public byte[] onnx() {
    return onnx;
  }

  /** Identifies the model: SHA-256 of the ONNX model in hexadecimal. */
  public String hash() {
    return manifest.entries().get(ONNX);
  }

  /** The Deeplearning4j graph with the bundle's weights and updater state. */
  public ComputationGraph network(IUpdater updater) throws BundleException {
    ComputationGraph network =
        UNet.create(manifest.unet(), manifest.patch(), updater, 0, DataType.FLOAT);
    Weights.decode(weights, network);
    return network;
  }

  private static String sha256(byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every JDK has SHA-256", e);
    }
  }
}
