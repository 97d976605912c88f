package io.stemspark.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.stemspark.Demo;
import io.stemspark.bundle.ModelBundle;
import io.stemspark.bundle.Origin;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.commons.io.FileUtils;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever happens to a training, it ends with the bundle of one that nothing happened to. */
@Tag("faults")
class TrainingFaultsTest {
  private static final Path S3_CONF = Path.of(System.getProperty("stemspark.root"), "conf/s3.conf");
  private static final int DONE = 0;
  private static final int WRONG = 2;
  private static final int EXECUTORS = 2;
  private static final List<String> SMALL =
      List.of(
          "stemspark.stft.fft-size=1024",
          "stemspark.stft.hop-length=256",
          "stemspark.patch.frames=64",
          "stemspark.patch.bins=256",
          "stemspark.unet.features=[4, 8]",
          "stemspark.training.epochs=6",
          "stemspark.training.patches-per-epoch=48",
          "stemspark.training.batch-size=4",
          "stemspark.training.averaging-period=1",
          "stemspark.training.last-averaging-period=3",
          "stemspark.training.weight-memory=4");

  @TempDir static Path folder;
  private static Path features;
  private static Map<String, Double> undisturbed;

  @BeforeAll
  static void undisturbed() throws IOException, InterruptedException {
    features = folder.resolve("features");
    Path corpus = corpus();
    List<String> extract =
        new ArrayList<>(List.of("extract", corpus.toString(), features.toString()));
    extract.addAll(List.of("--master", "local[2]"));
    try (Run run = Run.start(folder.resolve("extract.log"), withSettings(extract))) {
      assertThat(run.await()).as(run.text()).isEqualTo(DONE);
    }
    Path bundle = folder.resolve("undisturbed.bundle");
    try (Run run = train(bundle)) {
      assertThat(run.await()).as(run.text()).isEqualTo(DONE);
    }
    undisturbed = metrics(bundle);
  }

  /** The demo's clips, one of them to validate with. */
  private static Path corpus() throws IOException {
    Path corpus = folder.resolve("corpus");
    FileUtils.copyDirectory(Demo.FOLDER.resolve("train").toFile(), corpus.toFile());
    Files.createDirectory(corpus.resolve("train"));
    Files.createDirectory(corpus.resolve("valid"));
    for (String track : List.of("fr-glorious", "it-wrong", "en-weasels")) {
      Files.move(corpus.resolve(track), corpus.resolve("train").resolve(track));
    }
    Files.move(corpus.resolve("ru-voicemail"), corpus.resolve("valid").resolve("ru-voicemail"));
    return corpus;
  }

  private static List<String> withSettings(List<String> arguments) {
    List<String> all = new ArrayList<>(arguments);
    SMALL.forEach(setting -> all.addAll(List.of("--set", setting)));
    return all;
  }

  private static Run train(Path bundle, String... more) throws IOException {
    return train(bundle.toString(), more);
  }

  private static Run train(String bundle, String... more) throws IOException {
    List<String> arguments = new ArrayList<>(List.of("train", features.toString(), bundle));
    arguments.addAll(List.of(more));
    arguments.addAll(Run.twoExecutors());
    Path log = folder.resolve(Path.of(bundle).getFileName() + ".log");
    return Run.start(log, withSettings(arguments));
  }

  private static Map<String, Double> metrics(Path bundle) throws IOException {
    try (InputStream stream = Files.newInputStream(bundle)) {
      ModelBundle model = ModelBundle.read(bundle.toString(), stream);
      model.requireRuns();
      Origin.Fitted origin = (Origin.Fitted) model.manifest().origin();
      assertThat(origin.training().workers()).isEqualTo(EXECUTORS);
      return model.manifest().metrics();
    }
  }

  @Test
  @Tag("acceptance")
  void anExecutorIsKilled() throws IOException, InterruptedException {
    Path bundle = folder.resolve("executor.bundle");
    try (Run run = train(bundle)) {
      run.until(() -> !checkpoints(bundle).isEmpty());
      run.killAnExecutor();
      assertThat(run.await()).as(run.text()).isEqualTo(DONE);
    }
    assertUndisturbed(bundle);
  }

  @Test
  void theDriverIsKilled() throws IOException, InterruptedException {
    Path bundle = folder.resolve("driver.bundle");
    try (Run run = train(bundle)) {
      run.until(() -> checkpoints(bundle).toString().contains("epoch-0000004"));
      run.kill();
    }
    assertThat(bundle).doesNotExist();
    try (Run run = train(bundle)) {
      assertThat(run.await()).as(run.text()).isEqualTo(WRONG);
      assertThat(run.text()).contains("holds a training that has not ended. --resume resumes it");
    }
    try (Run run = train(bundle, "--resume", "--set", "stemspark.training.seed=2")) {
      assertThat(run.await()).as(run.text()).isEqualTo(WRONG);
      assertThat(run.text())
          .contains("because this run differs: stemspark.training.seed is 2 (it was 1)");
    }
    try (Run run = train(bundle, "--resume")) {
      assertThat(run.await()).as(run.text()).isEqualTo(DONE);
      assertThat(run.text()).doesNotContain("epoch 3:").contains("epoch 4:", "epoch 6:");
    }
    assertUndisturbed(bundle);
  }

  @Test
  @Tag("acceptance")
  void theDriverIsKilledThatKeepsItsCheckpointsInAnObjectStore()
      throws IOException, InterruptedException {
    Path bucket = Files.createDirectories(folder.resolve("buckets/music"));
    Path bundle = bucket.resolve("stored.bundle");
    try (ServerProcess server = S3Server.start(folder)) {
      List<String> storage = new ArrayList<>(List.of("--conf", S3_CONF.toString()));
      S3Server.settings(server.port()).forEach(set -> storage.addAll(List.of("--set", set)));
      try (Run run = train("s3a://music/stored.bundle", storage.toArray(String[]::new))) {
        run.until(() -> checkpoints(bundle).toString().contains("epoch-0000003"));
        run.kill();
      }
      assertThat(bundle).doesNotExist();
      storage.add("--resume");
      try (Run run = train("s3a://music/stored.bundle", storage.toArray(String[]::new))) {
        assertThat(run.await()).as(run.text()).isEqualTo(DONE);
        assertThat(run.text()).doesNotContain("epoch 1:").contains("epoch 3:", "epoch 6:");
      }
    }
    assertUndisturbed(bundle);
    assertThat(Path.of(bundle + ".training", "index.html")).exists();
  }

  private static List<Path> checkpoints(Path bundle) {
    Path checkpoints = Path.of(bundle + ".checkpoints");
    if (!Files.exists(checkpoints)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(checkpoints)) {
      return files.filter(file -> file.toString().endsWith(".checkpoint")).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void assertUndisturbed(Path bundle) throws IOException, InterruptedException {
    Map<String, Double> metrics = metrics(bundle);
    for (String metric :
        List.of("epoch", "training_loss", "validation_loss", "validation_sdr_db")) {
      double expected = undisturbed.get(metric);
      assertThat(metrics.get(metric))
          .as(metric)
          .isCloseTo(expected, Offset.offset(1e-5 * Math.abs(expected)));
    }
    assertThat(Path.of(bundle + ".checkpoints")).doesNotExist();
    assertSeparates(bundle);
  }

  private static void assertSeparates(Path bundle) throws IOException, InterruptedException {
    Path clip = Demo.FOLDER.resolve("test/en-hello-mono48/mixture.wav");
    Path stems = Path.of(bundle + ".stems");
    List<String> separate =
        List.of("separate", clip.toString(), stems.toString(), "--model", bundle.toString());
    try (Run run = Run.start(Path.of(stems + ".log"), separate)) {
      assertThat(run.await()).as(run.text()).isEqualTo(DONE);
    }
    try (Stream<Path> files = Files.walk(stems)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .contains("vocals.wav", "accompaniment.wav");
    }
  }
}
