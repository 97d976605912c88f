package io.stemspark.internal.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.stemspark.bundle.BundleException;
import io.stemspark.bundle.Manifest;
import io.stemspark.bundle.ModelBundle;
import io.stemspark.bundle.Origin;
import io.stemspark.internal.json.StrictJson;
import io.stemspark.internal.training.BatchAssembler;
import io.stemspark.internal.training.StemPatch;
import io.stemspark.internal.training.TestTraining;
import io.stemspark.network.Stem;
import io.stemspark.network.UNetConfig;
import io.stemspark.patch.PatchConfig;
import io.stemspark.spectrogram.Spectrogram;
import io.stemspark.spectrogram.StftConfig;
import io.stemspark.spectrogram.StftConfig.Window;
import io.stemspark.unet.UNetGraph;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.learning.config.Adam;

class ModelBundleTest {
  @TempDir private Path folder;

  private static final PatchConfig PATCH = new PatchConfig(8, 16);
  private static final UNetConfig UNET = new UNetConfig(1, 1, List.of(2, 4));

  @Test
  void roundTripKeepsManifestModelAndWeights() throws IOException {
    ComputationGraph network = trainedNetwork();
    byte[] bytes = bytes(bundle(network));
    ModelBundle back = read(bytes);

    assertThat(back.manifest()).isEqualTo(bundle(network).manifest());
    assertThat(back.manifest().metrics()).isEqualTo(Map.of("sdr", 4.5));
    assertThat(back.onnx()).isEqualTo(bundle(network).onnx());
    assertThat(TrainedWeights.graph(back).params()).isEqualTo(network.params());
    // Two numbers of eight bytes say how many follow: parameters, and no moments of Adam.
    assertThat(back.weights().orElseThrow()).hasSize((int) (16 + 4 * network.numParams()));
    assertThat(bytes(back)).isEqualTo(bytes);
  }

  @Test
  void everyTruncationIsRefused() throws IOException {
    byte[] bytes = bytes(bundle(trainedNetwork()));
    Random random = new Random(1);
    for (int i = 0; i < 50; i++) {
      // The end of a zip is a directory that a stream does not need; all before it counts.
      byte[] part = Arrays.copyOf(bytes, random.nextInt(bytes.length - 1000));
      assertThatThrownBy(() -> read(part))
          .isInstanceOf(BundleException.class)
          .hasMessageStartingWith("x.bundle is not a usable model bundle. ");
    }
  }

  /** Entries' names, sizes and sums among them; in a name it may be no UTF-8 any more. */
  @Test
  void aDamagedByteIsRefusedOrChangesNothing() throws IOException {
    byte[] bytes = bytes(bundle(trainedNetwork()));
    byte[] whole = bytes(read(bytes));
    for (int at = 0; at < 64; at++) {
      for (int bit = 1; bit < 256; bit *= 2) {
        byte[] damaged = bytes.clone();
        damaged[at] ^= (byte) bit;
        try {
          assertThat(bytes(read(damaged))).isEqualTo(whole);
        } catch (BundleException e) {
          assertThat(e).hasMessageStartingWith("x.bundle is not a usable model bundle. ");
        }
      }
    }
  }

  @Test
  void foreignAndDamagedEntriesAreRefused() throws IOException {
    Map<String, byte[]> good = entries(bytes(bundle(trainedNetwork())));

    Map<String, byte[]> damaged = new LinkedHashMap<>(good);
    damaged.get("unet.onnx")[100] ^= 1;
    assertRefused(damaged, "unet.onnx has SHA-256");
    damaged.get("unet.onnx")[100] ^= 1;

    Map<String, byte[]> additional = new LinkedHashMap<>(good);
    additional.put("../evil", new byte[1]);
    assertRefused(additional, "The entry ../evil is not known.");

    Map<String, byte[]> missing = new LinkedHashMap<>(good);
    missing.remove("unet.dl4j");
    assertRefused(missing, "It has the entries [unet.onnx]. Expected [unet.dl4j, unet.onnx].");
    missing.remove("manifest.json");
    assertRefused(missing, "manifest.json is missing. Is the file a bundle");

    assertRefused(
        withManifest(good, "\"format_version\" : 5", "\"format_version\" : 7"),
        "The format version is 7. This release reads versions 3 to 5.");
    assertRefused(withManifest(good, "\"fft_size\" : 64", "\"fft_size\" : 65"), "power of two");
    assertRefused(withManifest(good, "\"fft_size\" : 64", "\"fft\" : 64"), "manifest.json");
    assertRefused(withManifest(good, "{", "{{"), "manifest.json is not valid");
  }

  @Test
  void versionsBeforeHadOneNetworkAndNoLicence() throws IOException {
    Map<String, byte[]> entries = entries(bytes(bundle(trainedNetwork())));
    Manifest now = read(zip(entries)).manifest();
    assertThat(now.origin().licence()).isEqualTo("Apache-2.0");
    ObjectNode json = (ObjectNode) StrictJson.MAPPER.readTree(entries.get("manifest.json"));
    ObjectNode network = (ObjectNode) json.path("members").path(0).path("network");
    network.remove(List.of("kind", "stems"));
    network.put("stem", "VOCALS");
    json.remove(List.of("members", "stems", "residual"));
    json.set("network", network);
    json.put("format_version", 4);
    entries.put("manifest.json", StrictJson.MAPPER.writeValueAsBytes(json));
    Manifest former = read(zip(entries)).manifest();
    assertThat(former.members()).isEqualTo(now.members());
    assertThat(former.stems()).isEqualTo(now.stems());
    assertThat(former.residual()).isEqualTo(Stem.ACCOMPANIMENT);

    ObjectNode origin = (ObjectNode) json.path("origin");
    origin.remove("licence");
    ((ObjectNode) origin.path("unet")).remove("fold");
    entries.put("manifest.json", StrictJson.MAPPER.writeValueAsBytes(json));
    assertRefused(entries, "manifest.json is not valid");
    json.put("format_version", 3);
    entries.put("manifest.json", StrictJson.MAPPER.writeValueAsBytes(json));
    Origin.Fitted oldest = (Origin.Fitted) read(zip(entries)).manifest().origin();
    assertThat(oldest.licence()).isEmpty();
    assertThat(oldest.unet()).isEqualTo(UNET);
  }

  @Test
  void inferenceNeedsNoWeights() throws IOException {
    Map<String, byte[]> entries = entries(bytes(bundle(trainedNetwork())));
    ModelBundle whole = read(zip(entries));
    entries.get("unet.dl4j")[100] ^= 1;
    assertRefused(entries, "unet.dl4j has SHA-256");
    ModelBundle less =
        ModelBundle.readForInference("x.bundle", new ByteArrayInputStream(zip(entries)));
    assertThat(less.weights()).isEmpty();
    assertThat(less.hash()).isEqualTo(whole.hash());
    assertThat(less.onnx()).isEqualTo(whole.onnx());
    ModelBundle local = ModelBundle.readForInference(file(zip(entries)));
    assertThat(bytes(local)).isEqualTo(bytes(less));
    entries.get("unet.onnx")[100] ^= 1;
    byte[] damaged = zip(entries);
    assertThatThrownBy(
            () -> ModelBundle.readForInference("x.bundle", new ByteArrayInputStream(damaged)))
        .hasMessageContaining("unet.onnx has SHA-256");
    for (int length : new int[] {0, 1, damaged.length / 2, damaged.length - 1}) {
      Path cut = file(Arrays.copyOf(damaged, length));
      assertThatThrownBy(() -> ModelBundle.readForInference(cut))
          .isInstanceOf(BundleException.class)
          .hasMessageContaining("It is damaged or truncated");
    }
    assertThatThrownBy(() -> ModelBundle.readForInference(folder.resolve("none")))
        .isInstanceOf(NoSuchFileException.class);
  }

  private void assertRefused(Map<String, byte[]> entries, String reason) throws IOException {
    byte[] bytes = zip(entries);
    assertThatThrownBy(() -> read(bytes))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining(reason);
    if (!reason.startsWith("unet.dl4j")) {
      Path file = file(bytes);
      assertThatThrownBy(() -> ModelBundle.readForInference(file))
          .isInstanceOf(BundleException.class)
          .hasMessageContaining(reason)
          .hasMessageStartingWith(file + " is not a usable model bundle. ");
    }
  }

  private Path file(byte[] content) throws IOException {
    return Files.write(folder.resolve("x.bundle"), content);
  }

  private static Map<String, byte[]> withManifest(
      Map<String, byte[]> entries, String from, String to) {
    Map<String, byte[]> changed = new LinkedHashMap<>(entries);
    String json = new String(entries.get("manifest.json"), StandardCharsets.UTF_8);
    assertThat(json).contains(from);
    changed.put("manifest.json", json.replace(from, to).getBytes(StandardCharsets.UTF_8));
    return changed;
  }

  private static ComputationGraph trainedNetwork() {
    ComputationGraph network = UNetGraph.create(UNET, PATCH, new Adam(1e-3), 1, DataType.FLOAT);
    Spectrogram voice = new Spectrogram(8, 16);
    Arrays.fill(voice.real(), 1);
    BatchAssembler assembler = new BatchAssembler(PATCH, 1, TestTraining.unaugmented(1));
    network.fit(assembler.assemble(List.of(new StemPatch(List.of(voice, voice))), 1));
    return network;
  }

  private static ModelBundle bundle(ComputationGraph network) {
    return TrainedWeights.pack(
        new StftConfig(44_100, 64, 16, Window.HANN),
        PATCH,
        List.of(Stem.VOCALS),
        new Origin.Fitted(
            "Apache-2.0",
            UNET,
            new Origin.Provenance("test", "2026-01-01T00:00:00Z", "none", 1, 1, Map.of())),
        Map.of("sdr", 4.5),
        network);
  }

  private static ModelBundle read(byte[] bytes) throws IOException {
    return ModelBundle.read("x.bundle", new ByteArrayInputStream(bytes));
  }

  private static byte[] bytes(ModelBundle bundle) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bundle.write(bytes);
    return bytes.toByteArray();
  }

  private static Map<String, byte[]> entries(byte[] bytes) throws IOException {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(bytes));
    for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
      entries.put(entry.getName(), zip.readAllBytes());
    }
    return entries;
  }

  private static byte[] zip(Map<String, byte[]> entries) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        zip.putNextEntry(new ZipEntry(entry.getKey()));
        zip.write(entry.getValue());
      }
    }
    return bytes.toByteArray();
  }
}
