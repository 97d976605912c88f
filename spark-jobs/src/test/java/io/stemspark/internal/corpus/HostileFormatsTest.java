package io.stemspark.internal.corpus;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.stemspark.TestBundle;
import io.stemspark.bundle.ModelBundle;
import io.stemspark.internal.config.JobSettings;
import io.stemspark.internal.dataset.DatasetFiles;
import io.stemspark.internal.dataset.DatasetManifest;
import io.stemspark.internal.export.TrainedWeights;
import io.stemspark.internal.journal.RunJournal;
import io.stemspark.internal.onnx.OnnxTrial;
import io.stemspark.internal.scores.ScoreFiles;
import io.stemspark.internal.text.SafeText;
import io.stemspark.internal.training.CheckpointFile;
import io.stemspark.internal.training.TrainingState;
import io.stemspark.network.UNetConfig;
import io.stemspark.patch.PatchConfig;
import io.stemspark.run.InputException;
import io.stemspark.settings.SettingException;
import io.stemspark.training.TrainingBackend;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.apache.hadoop.conf.Configuration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.learning.config.Adam;

/**
 * Mutations of everything that is read and may come from others: each ends in a result or in an
 * error that names what is wrong, soon, and in a message that is not too long.
 *
 * <p>A share of them runs in every build. {@code ./mvnw verify -Dfuzz=100000} sets how many there
 * are of each kind, {@code -Dfuzz.seed} which.
 */
@Tag("hostile")
class HostileFormatsTest {
  private static final int CASES = Integer.getInteger("fuzz", 400);
  private static final long SEED = Long.getLong("fuzz.seed", 1);
  private static final long MAX_NANOS = 10_000_000_000L;
  private static final Configuration HADOOP = new Configuration();

  private static final String MANIFEST = "manifest.json";

  private static final String ROW =
      """
      {"version":2,"number":17,"run":"r","corpus":"file:/demo","time":1795915279028,\
      "track_id":"a/b","split":"train","status":"DONE","note":"","fault":false,"inputs":[{"uri":\
      "file:/m.flac","stream":-1,"bytes":660707,"version":"1","modified":5}],"fingerprint":{"input":\
      "2:36a64ed2c08805b8","model":"6a5e","settings":"2:484a2cc69e7505cd"},"audio_seconds":7.0,\
      "wall_seconds":1.7,"output":"file:/out","outputs":[{"path":"a/vocals.wav","bytes":12}]}
      """;

  @TempDir Path folder;

  private interface Reader {
    void read(byte[] content) throws IOException;
  }

  private static byte[] bytesOf(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static void check(String kind, byte[] original, Reader reader) throws IOException {
    check(kind, original, Mutation::ofBytes, reader);
  }

  /** Damages half of the files, and changes what the others say. */
  private static void checkJson(String kind, byte[] original, Reader reader) throws IOException {
    check(kind, original, either(Mutation::ofJson), reader);
  }

  private static Mutation either(Mutation one) {
    return (original, random) ->
        (random.nextBoolean() ? one : (Mutation) Mutation::ofBytes).of(original, random);
  }

  /** Generators of neighbouring seeds begin alike, unless their bits are mixed. */
  private static Random random(int number) {
    return new Random((SEED * 1_000_003 + number) * 0x9E37_79B9_7F4A_7C15L);
  }

  private static void check(String kind, byte[] original, Mutation mutation, Reader reader)
      throws IOException {
    reader.read(original);
    int refused = 0;
    long begin = System.nanoTime();
    for (int i = 0; i < CASES; i++) {
      byte[] mutant = mutation.of(original, random(i));
      long start = System.nanoTime();
      try {
        reader.read(mutant);
      } catch (IOException | SettingException | InputException e) {
        refused++;
        // As it is, before SafeText cuts what all commands say.
        String told = String.valueOf(e.getMessage());
        if (told.contains("crash")) {
          System.out.printf("%s, case %d: %s%n", kind, i, told);
        }
        assertThat(told.length())
            .as("%s %d: %s", kind, i, told)
            .isLessThan(2 * SafeText.MAX_LENGTH);
      } catch (RuntimeException | Error e) {
        throw new AssertionError("%s, case %d of seed %d".formatted(kind, i, SEED), e);
      }
      assertThat(System.nanoTime() - start).as("%s %d", kind, i).isLessThan(MAX_NANOS);
    }
    System.out.printf(
        "%s: %d mutations, %d refused, %d s%n",
        kind, CASES, refused, (System.nanoTime() - begin) / 1_000_000_000);
  }

  private Path write(String name, byte[] content) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.write(file, content);
  }

  @Test
  void journals() throws IOException {
    byte[] rows = bytesOf(ROW.repeat(3));
    checkJson("journal", rows, content -> read(write("j/run/rows-1.jsonl.gz", gzip(content))));
    check(
        "compressed journal", gzip(rows), content -> read(write("k/run/rows-1.jsonl.gz", content)));
  }

  private static void read(Path part) throws IOException {
    RunJournal.read(part.toString(), HADOOP, row -> {}, damage -> {});
  }

  private static byte[] gzip(byte[] content) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream stream = new GZIPOutputStream(bytes)) {
      stream.write(content);
    }
    return bytes.toByteArray();
  }

  @Test
  void datasets() throws IOException {
    byte[] manifest =
        bytesOf(
            """
            {"format_version": 4, "stemspark": "0.1.0", "stft": {"sample_rate": 44100,
            "fft_size": 4096, "hop_length": 1024, "window": "HANN"}, "patch": {"frames": 128,
            "bins": 1024}, "tracks": {"train": 4}, "hash": "8d4b", "files":
            "_stemspark/dataset/files-0000000007.jsonl"}
            """);
    String dataset = folder.resolve("d").toString();
    checkJson(
        "dataset manifest",
        manifest,
        content -> {
          write("d/_stemspark.json", content);
          DatasetManifest.read(dataset, HADOOP);
        });
    byte[] list =
        bytesOf("{\"path\":\"split=train/a.parquet\"}\n{\"path\":\"split=x/b.parquet\"}\n");
    checkJson(
        "dataset files",
        list,
        content -> {
          write("d/list", content);
          for (String path : DatasetFiles.read(dataset, "list", HADOOP)) {
            Path inside = Path.of("/d").resolve(path.replace("\0", "")).normalize();
            assertThat(inside.startsWith("/d")).as(path).isTrue();
          }
        });
  }

  @Test
  void lists() throws IOException {
    byte[] csv =
        bytesOf("track_id,mixture,vocals,split\na,b.wav,,x\n\"c, d\",\"e\"\"f.wav\",g.wav,y\n");
    check("CSV list", csv, content -> readList(TrackListFormat.Kind.CSV, content));
    byte[] json =
        bytesOf("{\"track_id\":\"a\",\"mixture\":\"b.wav\"}\n{\"track_id\":1,\"mixture\":null}\n");
    checkJson("JSON list", json, content -> readList(TrackListFormat.Kind.JSON_LINES, content));
  }

  /** A bad line is that line's matter alone. */
  private static void readList(TrackListFormat.Kind kind, byte[] content) throws IOException {
    TrackListFormat format = TrackListFormat.of("list", kind, content);
    long number = 0;
    for (String line : new String(content, StandardCharsets.UTF_8).split("\n", -1)) {
      try {
        format.read(line, ++number);
      } catch (TrackListFormat.BadLineException e) {
        assertThat(e.getMessage().length()).isLessThan(2000);
      }
    }
  }

  @Test
  void settings() throws IOException {
    byte[] conf =
        bytesOf(
            """
            stemspark { stft.fft-size = 2048, output { container = flac }
            training.epochs = 5 }
            spark.master = "local[2]"
            """);
    check("settings", conf, this::load);
    byte[] json =
        bytesOf(
            """
            {"stemspark": {"stft": {"fft-size": 2048, "hop-length": 512}, "output": {"container":
            "flac"}, "training": {"epochs": 5, "seed": 1}, "unet": {"features": [4, 8]}}}
            """);
    checkJson("settings in JSON", json, this::load);
  }

  private void load(byte[] content) throws IOException {
    JobSettings.load(List.of(write("conf/s.conf", content)), List.of());
  }

  @Test
  void scores() throws IOException {
    byte[] table =
        bytesOf(
            """
            {"stemspark": "0.1.0", "estimates": "e", "references": "r", "created": "2026",
            "medians": {"estimate": {"vocals": {"sdr": 1.5, "isr": 2.0, "sir": null, "sar": NaN,
            "track_sdr": 1, "si_sdr": 1}, "accompaniment": {"sdr": 1, "isr": 2, "sir": 1, "sar": 1,
            "track_sdr": 1, "si_sdr": 1}}}, "tracks": [{"track_id": "a", "seconds": 1.0, "scores": {}}]}
            """);
    checkJson(
        "scores",
        table,
        content -> {
          write("r/scores.json", content);
          ScoreFiles.readTable(folder.resolve("r").toString(), HADOOP).csv();
        });
  }

  @Test
  void checkpoints() throws IOException {
    ComputationGraph network =
        TrainingBackend.TORCH.create(
            new UNetConfig(1, 1, List.of(2, 3)), new PatchConfig(8, 8), new Adam(1e-3), 1);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    TrainingState state =
        new TrainingState(
            1,
            8,
            1,
            0.5,
            1,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());
    CheckpointFile.write(bytes, Map.of("seed", "1"), state, network);
    check(
        "checkpoint",
        bytes.toByteArray(),
        content -> CheckpointFile.read(new ByteArrayInputStream(content), network));
  }

  @Test
  void bundles() throws IOException {
    byte[] bundle = Files.readAllBytes(TestBundle.write(folder.resolve("model.bundle")));
    check("bundle", bundle, content -> readBundle(content));
    Map<String, byte[]> entries = entries(bundle);
    checkJson(
        "bundle manifest",
        entries.get(MANIFEST),
        content -> readBundle(archive(with(entries, MANIFEST, content))));
  }

  /** Networks and weights of others, whose hashes are right: they are read, and run. */
  @Test
  void networks() throws IOException {
    byte[] bundle = Files.readAllBytes(TestBundle.write(folder.resolve("network.bundle")));
    Map<String, byte[]> entries = entries(bundle);
    try (OnnxTrial trial = new OnnxTrial(Duration.ofSeconds(5))) {
      check(
          "network",
          entries.get("unet.onnx"),
          either(Mutation::ofOnnx),
          content -> run(readBundle(sealed(with(entries, "unet.onnx", content))), trial));
    }
    check(
        "weights",
        entries.get("unet.dl4j"),
        content ->
            TrainedWeights.requireSound(readBundle(sealed(with(entries, "unet.dl4j", content)))));
  }

  private static ModelBundle readBundle(byte[] content) throws IOException {
    return ModelBundle.read("bundle", new ByteArrayInputStream(content));
  }

  private static Map<String, byte[]> entries(byte[] bundle) throws IOException {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(bundle))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        entries.put(entry.getName(), zip.readAllBytes());
      }
    }
    return entries;
  }

  private static byte[] archive(Map<String, byte[]> entries) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        zip.putNextEntry(new ZipEntry(entry.getKey()));
        zip.write(entry.getValue());
      }
    }
    return bytes.toByteArray();
  }

  private static void run(ModelBundle bundle, OnnxTrial trial) {
    try {
      trial.run(bundle.onnx(), bundle.manifest().network());
    } catch (IllegalArgumentException e) {
      throw new InputException(e.getMessage(), e);
    }
  }

  private static Map<String, byte[]> with(
      Map<String, byte[]> entries, String name, byte[] content) {
    Map<String, byte[]> changed = new LinkedHashMap<>(entries);
    changed.put(name, content);
    return changed;
  }

  /** A bundle whose manifest has the hashes of what it holds. */
  private static byte[] sealed(Map<String, byte[]> entries) throws IOException {
    JsonMapper json = new JsonMapper();
    ObjectNode manifest = (ObjectNode) json.readTree(entries.get(MANIFEST));
    ObjectNode hashes = (ObjectNode) manifest.get("entries");
    for (String name : List.of("unet.onnx", "unet.dl4j")) {
      hashes.put(name, ModelBundle.sha256(entries.get(name)));
    }
    return archive(with(entries, MANIFEST, json.writeValueAsBytes(manifest)));
  }
}
