package io.stemspark.bundle;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.stemspark.audio.StorageException;
import io.stemspark.bundle.Manifest.Member;
import io.stemspark.internal.audio.StorageInput;
import io.stemspark.internal.json.StrictJson;
import io.stemspark.internal.network.StemSet;
import io.stemspark.internal.onnx.OnnxCheck;
import io.stemspark.internal.onnx.OnnxTrial;
import io.stemspark.internal.segments.SegmentTrack;
import io.stemspark.internal.text.SafeText;
import io.stemspark.network.NetworkSpec;
import io.stemspark.network.NetworkSpec.Segments;
import io.stemspark.network.Stem;
import io.stemspark.patch.PatchConfig;
import io.stemspark.spectrogram.StftConfig;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Serializable;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * A model with all that inference needs: the network as ONNX, and a manifest that says what it
 * takes and gives.
 *
 * <pre>{@code
 * try (InputStream stream = Files.newInputStream(file)) {
 *   ModelBundle bundle = ModelBundle.read(file.toString(), stream);
 *   System.out.println(bundle.manifest().metrics());
 * }
 * }</pre>
 *
 * <p>Immutable, if nobody changes the arrays, which are not copied; so threads may share it.
 */
public final class ModelBundle implements Serializable {
  public static final int FORMAT_VERSION = 5;

  static final String MANIFEST = "manifest.json";

  /** The name of the only network of many models. */
  public static final String UNET = "unet";

  private static final String ONNX = ".onnx";
  private static final String INT8 = ".int8.onnx";
  public static final String WEIGHTS = "unet.dl4j";

  private static final long serialVersionUID = 1;

  /** The longest entry, in bytes, that a bundle may have; an ONNX file can hardly be longer. */
  public static final int MAX_ENTRY_BYTES = 2_000_000_000;

  private static final int BUFFER_BYTES = 1 << 16;

  private final Manifest manifest;

  /** The manifest as read: its hash identifies the model, whatever later releases write. */
  private final byte[] manifestBytes;

  /** The entries except the manifest, by name. */
  private final TreeMap<String, byte[]> content;

  private ModelBundle(Manifest manifest, byte[] manifestBytes, Map<String, byte[]> content) {
    this.manifest = manifest;
    this.manifestBytes = manifestBytes;
    this.content = new TreeMap<>(content);
  }

  /**
   * Packs a network that was trained by Stemspark.
   *
   * @param stems whose masks it gives
   * @param onnx what inference runs
   * @param weights what a further training begins with: the entry {@code unet.dl4j}
   */
  public static ModelBundle fitted(
      StftConfig stft,
      PatchConfig patch,
      List<Stem> stems,
      Origin.Fitted origin,
      Map<String, Double> metrics,
      byte[] onnx,
      byte[] weights) {
    NetworkSpec.Patches network =
        NetworkSpec.Patches.unet(patch, origin.unet().inChannels(), stems);
    return of(
        stft,
        StemSet.of(network.stems()),
        List.of(Member.of(UNET, network)),
        origin,
        metrics,
        Map.of(UNET + ONNX, onnx, WEIGHTS, weights));
  }

  private static ModelBundle of(
      StftConfig stft,
      StemSet stems,
      List<Member> members,
      Origin origin,
      Map<String, Double> metrics,
      Map<String, byte[]> content) {
    long all = content.values().stream().mapToLong(entry -> entry.length).sum();
    if (all > BundleEntries.MAX_BYTES) {
      throw new IllegalArgumentException(
          "The networks have %d bytes together. Expected at most %d."
              .formatted(all, BundleEntries.MAX_BYTES));
    }
    Map<String, String> hashes = new TreeMap<>();
    content.forEach((name, bytes) -> hashes.put(name, sha256(bytes)));
    Manifest manifest =
        new Manifest(
            FORMAT_VERSION,
            stft,
            stems.stems(),
            stems.residual(),
            members,
            origin,
            metrics,
            hashes);
    return new ModelBundle(manifest, ManifestJson.write(manifest), content);
  }

  /**
   * The same bundle with an 8-bit model beside the one in single precision.
   *
   * @param member the network's name
   * @param scores metrics to add
   */
  public ModelBundle withInt8(String member, byte[] model, Map<String, Double> scores) {
    Map<String, byte[]> more = new TreeMap<>(content);
    more.put(member + INT8, model);
    Map<String, Double> metrics = new TreeMap<>(manifest.metrics());
    metrics.putAll(scores);
    return of(
        manifest.stft(),
        new StemSet(manifest.stems(), manifest.residual()),
        manifest.members(),
        manifest.origin(),
        metrics,
        more);
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
    return importing(
        stft, Optional.empty(), List.of(Member.of(UNET, network)), Map.of(UNET, onnx), origin);
  }

  /**
   * Packs several networks, of which one model is to be.
   *
   * @param residual the stem that is what the others leave; by default as {@link StemSet#of(List)}
   *     has it
   * @param models ONNX files by the names of the members
   * @throws IllegalArgumentException when they do not fit together, or cannot be trusted
   */
  public static ModelBundle importing(
      StftConfig stft,
      Optional<Stem> residual,
      List<Member> members,
      Map<String, byte[]> models,
      Origin.Imported origin) {
    List<Stem> estimated =
        members.stream().flatMap(member -> member.network().stems().stream()).distinct().toList();
    StemSet stems =
        residual.map(rest -> StemSet.of(estimated, rest)).orElseGet(() -> StemSet.of(estimated));
    Map<String, byte[]> content = new TreeMap<>();
    models.forEach(
        (name, onnx) -> {
          OnnxCheck.requireSafe(onnx);
          content.put(name + ONNX, onnx);
        });
    ModelBundle bundle = of(stft, stems, members, origin, Map.of(), content);
    bundle.requireRuns();
    return bundle;
  }

  /**
   * Runs the network once on the processor, in a process of its own; a model that this program has
   * tried before on this machine is not tried again.
   *
   * @throws IllegalArgumentException when it has other shapes than the manifest says, gives values
   *     that are not finite, crashes, or takes too long or too much memory
   */
  public void requireRuns() {
    for (Member member : manifest.members()) {
      if (member.network() instanceof Segments segments) {
        SegmentTrack.requireTransforms(segments);
      }
      for (String name : models(member)) {
        if (content.containsKey(name)) {
          String hash = manifest.entries().get(name);
          OnnxTrial.require(content.get(name), hash, member.network());
        }
      }
    }
  }

  private static List<String> models(Member member) {
    return List.of(member.name() + ONNX, member.name() + INT8);
  }

  /**
   * Reads a bundle and checks it.
   *
   * @param name how messages name the bundle
   * @throws BundleException when anything is missing, damaged, unknown or too large
   * @throws StorageException when {@code stream} fails
   */
  public static ModelBundle read(String name, InputStream stream) throws IOException {
    return read(name, stream, true);
  }

  /** The same for inference: what only training needs is neither kept nor checked. */
  public static ModelBundle readForInference(String name, InputStream stream) throws IOException {
    return read(name, stream, false).forInference();
  }

  /**
   * The same of a local file, of which what only training needs is not even unpacked.
   *
   * @throws BundleException when anything is missing, damaged, unknown or too large
   */
  public static ModelBundle readForInference(Path file) throws IOException {
    String name = file.toString();
    return checked(
            name,
            () -> {
              try (ZipFile zip = new ZipFile(file.toFile())) {
                return fromEntries(BundleEntries.readForInference(zip), false);
              }
            })
        .forInference();
  }

  private static ModelBundle read(String name, InputStream stream, boolean weights)
      throws IOException {
    // Unpacking reads half a kilobyte at a time.
    InputStream buffered = new BufferedInputStream(new StorageInput(name, stream), BUFFER_BYTES);
    return checked(name, () -> fromEntries(BundleEntries.read(buffered, weights), weights));
  }

  @FunctionalInterface
  private interface Reading<T> {
    T run() throws IOException;
  }

  private static <T> T checked(String name, Reading<T> reading) throws IOException {
    try {
      return reading.run();
    } catch (StorageException | NoSuchFileException | AccessDeniedException e) {
      throw e;
    } catch (BundleException e) {
      throw new BundleException(name + " is not a usable model bundle. " + e.getMessage(), e);
    } catch (IOException | IllegalArgumentException e) {
      // ZipInputStream throws IllegalArgumentException for names that are not UTF-8.
      throw new BundleException(
          name + " is not a usable model bundle. It is damaged or truncated: " + e.getMessage(), e);
    } catch (OutOfMemoryError e) {
      // Zeros pack well: hardly more than a MB of them may be a GB.
      throw new BundleException(
          "%s is not a usable model bundle. Unpacked, it does not fit into this process's memory of %d MB."
              .formatted(name, Runtime.getRuntime().maxMemory() >> 20),
          e);
    }
  }

  private static ModelBundle fromEntries(Map<String, byte[]> entries, boolean weights)
      throws BundleException {
    if (!entries.containsKey(MANIFEST)) {
      throw new BundleException(MANIFEST + " is missing. Is the file a bundle, and complete?");
    }
    Manifest manifest = ManifestJson.read(entries.get(MANIFEST));
    Set<String> expected = new TreeSet<>(manifest.entries().keySet());
    manifest.members().forEach(member -> expected.add(member.name() + ONNX));
    if (manifest.origin() instanceof Origin.Fitted) {
      expected.add(WEIGHTS);
    }
    Map<String, byte[]> content = new TreeMap<>(entries);
    content.remove(MANIFEST);
    if (!content.keySet().equals(expected)) {
      throw new BundleException(
          "It has the entries %s. Expected %s. Is the file complete?"
              .formatted(content.keySet(), SafeText.quoted(expected.toString())));
    }
    if (!weights) {
      expected.remove(WEIGHTS);
    }
    for (String name : expected) {
      String actual = sha256(content.get(name));
      String told = manifest.entries().get(name);
      if (!actual.equals(told)) {
        throw new BundleException(
            "The entry %s has SHA-256 %s, but the manifest says %s."
                .formatted(name, actual, SafeText.quoted(String.valueOf(told))));
      }
    }
    for (Member member : manifest.members()) {
      for (String name : models(member)) {
        requireSafe(name, content.get(name));
      }
    }
    return new ModelBundle(manifest, entries.get(MANIFEST), content);
  }

  private static void requireSafe(String name, byte[] model) throws BundleException {
    try {
      if (model != null) {
        OnnxCheck.requireSafe(model);
      }
    } catch (IllegalArgumentException e) {
      throw new BundleException("%s: %s".formatted(name, e.getMessage()), e);
    }
  }

  /**
   * Reads what a bundle says of itself, without its networks, which are not checked.
   *
   * @param name how messages name the bundle
   * @throws BundleException when it is no bundle
   * @throws StorageException when {@code stream} fails
   */
  public static Manifest readManifest(String name, InputStream stream) throws IOException {
    InputStream buffered = new BufferedInputStream(new StorageInput(name, stream), BUFFER_BYTES);
    return checked(name, () -> ManifestJson.read(BundleEntries.readManifest(buffered)));
  }

  /** Writes the bundle, the manifest first; the same bundle always becomes the same bytes. */
  public void write(OutputStream stream) throws IOException {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    entries.put(MANIFEST, manifestBytes);
    entries.putAll(content);
    ZipOutputStream zip = new ZipOutputStream(stream);
    for (Map.Entry<String, byte[]> named : entries.entrySet()) {
      ZipEntry entry = new ZipEntry(named.getKey());
      entry.setTime(0);
      zip.putNextEntry(entry);
      zip.write(named.getValue());
      zip.closeEntry();
    }
    zip.finish();
  }

  /** What the bundle says of its network. */
  public Manifest manifest() {
    return manifest;
  }

  /** The manifest as JSON, fit for a terminal. */
  public String describe() {
    try {
      return SafeText.printable(StrictJson.MAPPER.writeValueAsString(manifest));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("A manifest is always JSON.", e);
    }
  }

  /** The ONNX model of the only network, in single precision. */
  public byte[] onnx() {
    return onnx(manifest.members().get(0).name());
  }

  /** The ONNX model of a network, in single precision. */
  public byte[] onnx(String member) {
    return content.get(member + ONNX);
  }

  /** The ONNX model of the only network in 8-bit arithmetic, if there is one. */
  public Optional<byte[]> int8() {
    return int8(manifest.members().get(0).name());
  }

  /** The ONNX model of a network in 8-bit arithmetic, if there is one. */
  public Optional<byte[]> int8(String member) {
    return Optional.ofNullable(content.get(member + INT8));
  }

  /** Identifies the model: SHA-256 of the manifest, which has those of all entries. */
  public String hash() {
    return sha256(manifestBytes);
  }

  /** What a further training begins with; only of a network that was trained by Stemspark. */
  public Optional<byte[]> weights() {
    return Optional.ofNullable(content.get(WEIGHTS));
  }

  /** The same bundle without what only training needs, which is smaller to send. */
  public ModelBundle forInference() {
    Map<String, byte[]> less = new TreeMap<>(content);
    less.remove(WEIGHTS);
    return new ModelBundle(manifest, manifestBytes, less);
  }

  /** The SHA-256 of some bytes, in hexadecimal. */
  public static String sha256(byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every JDK has SHA-256.", e);
    }
  }
}
