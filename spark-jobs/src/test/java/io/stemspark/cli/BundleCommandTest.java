package io.stemspark.cli;

import static io.stemspark.cli.Result.assertUsage;
import static io.stemspark.cli.Result.run;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.stemspark.Demo;
import io.stemspark.TestBundle;
import io.stemspark.bundle.ModelBundle;
import io.stemspark.bundle.Origin;
import io.stemspark.internal.lease.Lease;
import io.stemspark.internal.onnx.proto.ModelProto;
import io.stemspark.internal.onnx.proto.TensorProto;
import io.stemspark.network.Stem;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bundles from the command line: good ones, foreign ones, and those that must stop a run. */
@Tag("integration")
class BundleCommandTest {
  private static final Path MDX =
      Demo.FOLDER.resolve("../model/src/test/resources/networks/mdx.onnx");

  @TempDir private Path folder;
  private Path bundle;
  private Path music;
  private Path out;

  @BeforeEach
  void prepare() throws IOException {
    bundle = TestBundle.write(folder.resolve("model.bundle"));
    music =
        Files.copy(Demo.FOLDER.resolve("test/es-echo-mp3/mixture.mp3"), folder.resolve("a.mp3"));
    out = folder.resolve("out");
  }

  @Test
  void showPrintsTheManifest() {
    Result shown = run("bundle", "show", bundle.toString());
    assertThat(shown.code()).isEqualTo(Main.DONE);
    assertThat(shown.text()).contains("\"fft_size\" : 1024").contains("\"kind\" : \"fitted\"");
  }

  @Test
  void whatAManifestSaysSteersNoTerminal() throws IOException {
    Path hostile = folder.resolve("hostile.bundle");
    try (ZipInputStream from = new ZipInputStream(Files.newInputStream(bundle));
        ZipOutputStream to = new ZipOutputStream(Files.newOutputStream(hostile))) {
      for (ZipEntry entry = from.getNextEntry(); entry != null; entry = from.getNextEntry()) {
        byte[] content = from.readAllBytes();
        if (entry.getName().equals("manifest.json")) {
          String text = new String(content, StandardCharsets.UTF_8);
          assertThat(text).contains("\"none\"");
          content =
              text.replace("\"none\"", "\"\u009b31m\u202e\u007f\"")
                  .getBytes(StandardCharsets.UTF_8);
        }
        to.putNextEntry(new ZipEntry(entry.getName()));
        to.write(content);
      }
    }
    Result shown = run("bundle", "show", hostile.toString());
    assertThat(shown.code()).as(shown.text()).isEqualTo(Main.DONE);
    assertThat(shown.text())
        .contains("\\x9b31m\\u202e\\x7f")
        .doesNotContain("\u009b", "\u202e", "\u007f");
  }

  @Test
  void showNamesTheBundleWhoseWeightsAreNone() throws IOException {
    ModelBundle sound;
    try (InputStream stream = Files.newInputStream(bundle)) {
      sound = ModelBundle.read("sound", stream);
    }
    ModelBundle broken =
        ModelBundle.fitted(
            sound.manifest().stft(),
            sound.manifest().patch(),
            List.of(Stem.VOCALS),
            (Origin.Fitted) sound.manifest().origin(),
            Map.of(),
            sound.onnx(),
            "a picture of a cat".getBytes(StandardCharsets.UTF_8));
    Path file = folder.resolve("broken.bundle");
    try (OutputStream stream = Files.newOutputStream(file)) {
      broken.write(stream);
    }
    assertUsage(
        run("bundle", "show", file.toString()), file + " is not a usable model bundle. unet.dl4j");
  }

  private static String[] with(String[] arguments, String more) {
    String[] all = Arrays.copyOf(arguments, arguments.length + 1);
    all[arguments.length] = more;
    return all;
  }

  /** What a training is at work on, it alone writes. */
  @Test
  void aBundleThatIsTrainedIsNotImportedOver() throws IOException {
    Path target = folder.resolve("mdx.bundle");
    String training = target.toUri() + ".training";
    String[] arguments = {
      "bundle",
      "import",
      MDX.toString(),
      target.toString(),
      "--fft-size=512",
      "--hop-length=128",
      "--input=complex",
      "--output=complex",
      "--channels=2",
      "--bins-first"
    };
    Lease held =
        Lease.take(training, "train", "run", Duration.ofMinutes(1), false, new Configuration());
    try (held) {
      assertUsage(run(arguments), "mdx.bundle.training is in use by run run (train), process ");
      assertThat(target).doesNotExist();
      assertThat(run(with(arguments, "--take-over")).code()).isEqualTo(Main.DONE);
    }
    Files.delete(target);
    assertThat(run(arguments).code()).isEqualTo(Main.DONE);
    assertThat(target).isNotEmptyFile();
  }

  @Test
  void importedNetworkSeparates() throws IOException {
    // Hadoop keeps the file system that another test has opened with other settings.
    FileSystem.closeAll();
    Path imported = folder.resolve("mdx.bundle");
    Result result =
        run(
            "bundle",
            "import",
            MDX.toString(),
            imported.toString(),
            "--fft-size=512",
            "--hop-length=128",
            "--input=complex",
            "--output=complex",
            "--channels=2",
            "--bins-first",
            "--licence=MIT",
            "--source=made for tests",
            "--sha256=" + sha256(Files.readAllBytes(MDX)));
    assertThat(result.code()).as(result.text()).isEqualTo(Main.DONE);
    assertThat(folder).isDirectoryNotContaining(file -> file.toString().endsWith(".crc"));
    assertThat(result.text()).contains("\"kind\" : \"imported\"").contains("\"frames\" : 16");
    assertThat(separate(imported).code()).isEqualTo(Main.DONE);
    assertThat(out.resolve("a/vocals.wav")).isNotEmptyFile();
    assertThat(out.resolve("a/accompaniment.wav")).isNotEmptyFile();
    assertThat(plans())
        .containsOnlyOnce("\"licence\" : \"MIT\"")
        .containsOnlyOnce("\"origin\" : \"imported from mdx.onnx: made for tests\"");
  }

  /** What runs planned. */
  private String plans() throws IOException {
    StringBuilder all = new StringBuilder();
    try (Stream<Path> files = Files.walk(out.resolve("_stemspark/ledger"))) {
      for (Path plan : files.filter(file -> file.endsWith("plan.json")).toList()) {
        all.append(Files.readString(plan));
      }
    }
    return all.toString();
  }

  @Test
  void importSaysWhatWasExpected() throws IOException {
    Path imported = folder.resolve("mdx.bundle");
    String[] mono = {
      "bundle",
      "import",
      MDX.toString(),
      imported.toString(),
      "--fft-size=512",
      "--hop-length=128",
      "--input=magnitude",
      "--output=mask",
      "--bins-first"
    };
    assertUsage(
        run(mono),
        "mdx.onnx cannot be imported",
        "Expected one tensor of floats of shape [-1, 1, 256, 16]");
    mono[4] = "--fft-size=500";
    assertUsage(run(mono), "The FFT size is 500. Expected a power of two");
    mono[4] = "--fft-size=256";
    assertUsage(run(mono), "A patch has 256 bins, but the STFT has 129.");
    mono[8] = "--sha256=" + "0".repeat(64);
    assertUsage(run(mono), "mdx.onnx has the SHA-256 " + sha256(Files.readAllBytes(MDX)));
    mono[8] = "--bins-first";
    mono[2] = Files.writeString(folder.resolve("text.onnx"), "hello").toString();
    assertUsage(run(mono), "not an ONNX model");
    mono[2] = "nowhere.onnx";
    assertUsage(run(mono), "nowhere.onnx");
    assertThat(imported).doesNotExist();
  }

  @Test
  void corruptBundlesStopARunBeforeAnyTrackIsTouched() throws IOException {
    byte[] whole = Files.readAllBytes(bundle);
    Files.write(bundle, Arrays.copyOf(whole, whole.length / 2));
    assertUsage(separate(bundle), "is not a usable model bundle");

    Map<String, byte[]> good = entries(whole);
    Map<String, byte[]> flipped = new TreeMap<>(good);
    flipped.put("unet.onnx", good.get("unet.onnx").clone());
    flipped.get("unet.onnx")[99] ^= 4;
    assertRefused(flipped, "unet.onnx has SHA-256");

    assertRefused(
        changed(
            good, manifest -> manifest.replace("format_version\" : 5", "format_version\" : 99")),
        "The format version is 99. This release reads versions 3 to 5.");
    assertRefused(
        changed(good, manifest -> manifest.replace("\"frames\" : 32", "\"frames\" : 64")),
        "Expected one tensor of floats of shape [-1, 1, 64, 128]");

    TreeMap<String, byte[]> poisoned = new TreeMap<>(good);
    poisoned.put("unet.onnx", withNaN(good.get("unet.onnx")));
    assertRefused(rehashed(poisoned), "hold a value that is NaN");

    poisoned.put("unet.onnx", "a picture of a cat".getBytes(StandardCharsets.UTF_8));
    assertRefused(rehashed(poisoned), "is not an ONNX model");
    assertThat(out).doesNotExist();
  }

  /** A gigabyte of zeros, which as a zip is a megabyte. */
  @Test
  void aBundleThatDoesNotFitIntoMemoryIsRefused() throws IOException, InterruptedException {
    byte[] zeros = new byte[1 << 20];
    try (OutputStream stream = Files.newOutputStream(bundle);
        ZipOutputStream zip = new ZipOutputStream(stream)) {
      zip.putNextEntry(new ZipEntry("unet.onnx"));
      for (int i = 0; i < 1000; i++) {
        zip.write(zeros);
      }
      zip.closeEntry();
    }
    Path log = folder.resolve("log");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "bundle",
                "show",
                bundle.toString())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    assertThat(process.waitFor()).isEqualTo(Main.USAGE);
    assertThat(Files.readString(log))
        .contains(bundle.toString())
        .contains("does not fit into this process's memory of 128 MB");
  }

  @Test
  void settingsThatTheModelCannotServeStopARun() {
    assertUsage(
        separate(bundle, "--set", "stemspark.separation.precision=int8"),
        "The bundle has no 8-bit model");
    assertUsage(
        separate(bundle, "--set", "stemspark.separation.engine=abacus"),
        "Expected one of auto, cpu, cuda");
    Result cuda = separate(bundle, "--set", "stemspark.separation.engine=cuda");
    assertThat(cuda.code()).isEqualTo(Main.FAILED);
    assertThat(cuda.text()).contains("stemspark: CUDA device 0 cannot be used. ");
  }

  private void assertRefused(Map<String, byte[]> entries, String reason) throws IOException {
    try (OutputStream stream = Files.newOutputStream(bundle);
        ZipOutputStream zip = new ZipOutputStream(stream)) {
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        zip.putNextEntry(new ZipEntry(entry.getKey()));
        zip.write(entry.getValue());
      }
    }
    assertUsage(separate(bundle), bundle.toString(), reason);
  }

  private static Map<String, byte[]> entries(byte[] bundle) throws IOException {
    Map<String, byte[]> entries = new TreeMap<>();
    ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(bundle));
    for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
      entries.put(entry.getName(), zip.readAllBytes());
    }
    return entries;
  }

  private static Map<String, byte[]> changed(
      Map<String, byte[]> entries, UnaryOperator<String> change) {
    String json = new String(entries.get("manifest.json"), StandardCharsets.UTF_8);
    assertThat(change.apply(json)).isNotEqualTo(json);
    Map<String, byte[]> changed = new TreeMap<>(entries);
    changed.put("manifest.json", change.apply(json).getBytes(StandardCharsets.UTF_8));
    return changed;
  }

  /** With the hash of the ONNX entry as it is now: someone meant it. */
  private static Map<String, byte[]> rehashed(Map<String, byte[]> entries) {
    return changed(
        entries,
        json ->
            json.replaceFirst(
                "\"unet.onnx\" : \"[0-9a-f]+\"",
                "\"unet.onnx\" : \"%s\"".formatted(sha256(entries.get("unet.onnx")))));
  }

  private static String sha256(byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] withNaN(byte[] onnx) throws IOException {
    ModelProto.Builder model = ModelProto.parseFrom(onnx).toBuilder();
    TensorProto.Builder weights = model.getGraphBuilder().getInitializerBuilder(1);
    byte[] values = weights.getRawData().toByteArray();
    Arrays.fill(values, 0, Float.BYTES, (byte) 0xff);
    weights.setRawData(ByteString.copyFrom(values));
    return model.build().toByteArray();
  }

  private Result separate(Path model, String... options) {
    String[] fixed = {"separate", music.toString(), out.toString(), "--model", model.toString()};
    String[] all = Arrays.copyOf(fixed, fixed.length + options.length);
    System.arraycopy(options, 0, all, fixed.length, options.length);
    return run(all);
  }
}
