package io.stemspark.internal.averaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stemspark.internal.lease.Fence;
import io.stemspark.internal.lease.LeaseLostException;
import io.stemspark.internal.training.TrainingState;
import io.stemspark.network.UNetConfig;
import io.stemspark.patch.PatchConfig;
import io.stemspark.training.TrainingBackend;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.learning.config.Adam;

class CheckpointFolderTest {
  private final ComputationGraph network = network(1);

  @TempDir Path folder;
  private Path bundle;
  private Path checkpoints;
  private CheckpointFolder saved;

  private static ComputationGraph network(long seed) {
    return TrainingBackend.TORCH.create(
        new UNetConfig(1, 1, List.of(2, 3)), new PatchConfig(8, 8), new Adam(1e-3), seed);
  }

  @BeforeEach
  void open() {
    bundle = folder.resolve("model.bundle");
    checkpoints = folder.resolve("model.bundle.checkpoints");
    saved = open(Map.of("seed", "1", "workers", "2"));
  }

  private CheckpointFolder open(Map<String, String> run) {
    Fence fence = new Fence(bundle + ".training", "run", 1);
    return new CheckpointFolder(bundle.toString(), new Configuration(), run, fence);
  }

  private void save(int batches) throws IOException {
    network.params().assign(batches);
    saved.save(
        new TrainingState(
            1,
            batches,
            1,
            0.5,
            1,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty()),
        network);
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(checkpoints)) {
      return files.sorted(Comparator.naturalOrder()).toList();
    }
  }

  @Test
  void theLastTwoAreKept() throws IOException {
    assertThat(saved.restore(network)).isEmpty();
    for (int batches = 8; batches <= 12; batches++) {
      save(batches);
    }
    assertThat(files())
        .extracting(file -> file.getFileName().toString())
        .containsExactly(
            "epoch-0000001-batch-0000000011.checkpoint",
            "epoch-0000001-batch-0000000012.checkpoint");
    ComputationGraph restored = network(2);
    assertThat(saved.restore(restored).orElseThrow().batches()).isEqualTo(12);
    assertThat(restored.params()).isEqualTo(network.params());
  }

  /** Also as after a power failure, which may leave a file its name and its length alone. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void theOneBeforeADamagedOneIsGoneOnWith(boolean zeroed) throws IOException {
    save(1);
    save(2);
    damage(files().get(1), zeroed);
    saved.requireUsable(true);
    assertThat(saved.withPast().withWorkers(5).workers()).isEqualTo(2);
    ComputationGraph restored = network(2);
    assertThat(saved.restore(restored).orElseThrow().batches()).isEqualTo(1);
    assertThat(restored.params()).isEqualTo(network(2).params().assign(1));
    save(2);
    assertThat(saved.restore(restored).orElseThrow().batches()).isEqualTo(2);
  }

  private static void damage(Path file, boolean zeroed) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    if (zeroed) {
      Files.write(file, new byte[bytes.length]);
    } else {
      bytes[bytes.length / 2] ^= 1;
      Files.write(file, bytes);
    }
  }

  @Test
  void whereAllAreDamagedTheOldestIsNamed() throws IOException {
    save(1);
    save(2);
    damage(files().get(0), false);
    damage(files().get(1), false);
    assertThatThrownBy(() -> saved.restore(network))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(files().get(0) + " cannot be resumed. ")
        .hasMessageContaining("Without the folder, a new training starts.");
    assertThatThrownBy(() -> saved.requireUsable(false))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("Without this folder, a new one starts.");
  }

  @Test
  void whatIsNotTheirsStays() throws IOException {
    save(1);
    Path other = Files.writeString(checkpoints.resolve("notes.txt"), "mine");
    saved.delete();
    assertThat(files()).containsExactly(other);
    Files.delete(other);
    saved.delete();
    assertThat(checkpoints).doesNotExist();
    saved.delete();
  }

  @Test
  void aTrainingThatWasTakenOverChangesNothing() throws IOException {
    save(1);
    save(2);
    List<Path> before = files();
    Path next = folder.resolve("model.bundle.training/_stemspark/lease/0000000002.json");
    Files.createDirectories(next.getParent());
    Files.createFile(next);
    assertThatThrownBy(() -> save(3)).isInstanceOf(LeaseLostException.class);
    assertThatThrownBy(saved::delete).isInstanceOf(LeaseLostException.class);
    assertThat(files()).isEqualTo(before);
  }

  @Test
  void goingOnNeedsSomethingToGoOnWith() throws IOException {
    saved.requireUsable(true);
    saved.requireUsable(false);
    Files.writeString(bundle, "a bundle");
    saved.requireUsable(false);
    assertThatThrownBy(() -> saved.requireUsable(true))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("has no checkpoint to resume from");
    save(1);
    saved.requireUsable(true);
    assertThatThrownBy(() -> saved.requireUsable(false))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("--resume resumes it");
  }

  @Test
  void whatASettingWasBeforeIsKnown() throws IOException {
    saved =
        open(Map.of("learning-rate", "0.01", "seed", "1", "workers", "2"))
            .withPast()
            .withWorkers(2);
    save(1);
    saved =
        open(Map.of("learning-rate", "0.001", "seed", "1", "workers", "2"))
            .withPast()
            .withWorkers(2);
    save(2);
    for (int again = 0; again < 2; again++) {
      saved =
          open(Map.of("learning-rate", "0.001", "seed", "1", "workers", "0"))
              .withPast()
              .withWorkers(5);
      saved.requireUsable(true);
      assertThat(saved.workers()).isEqualTo(2);
      assertThat(saved.changeable())
          .containsExactly(Map.entry("learning-rate", "0.01, then 0.001"));
      save(3 + again);
    }
  }

  @Test
  void aSettingThatIsYoungerThanTheTrainingHasItsDefault() throws IOException {
    saved = open(Map.of("seed", "1", "workers", "2"));
    save(1);
    open(Map.of("seed", "1", "workers", "2", "outer-momentum", "0")).requireUsable(true);
    assertThatThrownBy(
            () ->
                open(Map.of("seed", "1", "workers", "2", "outer-momentum", "0.9"))
                    .requireUsable(true))
        .hasMessageEndingWith("stemspark.training.outer-momentum is 0.9 (it was 0).");
  }

  @Test
  void anotherLearningRateMayGoOn() throws IOException {
    saved = open(Map.of("learning-rate", "0.01", "seed", "1", "workers", "2"));
    save(1);
    CheckpointFolder slower = open(Map.of("learning-rate", "0.001", "seed", "1", "workers", "2"));
    slower.requireUsable(true);
    assertThat(slower.restore(network(2))).isPresent();
    assertThatThrownBy(
            () ->
                open(Map.of("learning-rate", "0.001", "seed", "2", "workers", "2"))
                    .requireUsable(true))
        .isInstanceOf(IOException.class)
        .hasMessageEndingWith("because this run differs: stemspark.training.seed is 2 (it was 1).");
  }

  /** Former releases could invert voices. */
  @Test
  void aTrainingThatInvertsNothingMayGoOn() throws IOException {
    Map<String, String> now = Map.of("seed", "1", "workers", "2");
    for (String no : List.of("false", "no", "off")) {
      saved = open(Map.of("invert", no, "seed", "1", "workers", "2"));
      save(1);
      open(now).requireUsable(true);
    }
    saved = open(Map.of("invert", "true", "seed", "1", "workers", "2"));
    save(2);
    assertThatThrownBy(() -> open(now).requireUsable(true))
        .isInstanceOf(IOException.class)
        .hasMessageEndingWith(
            "cannot be resumed: it was begun with stemspark.training.invert = true, which this"
                + " release no longer has.");
  }

  @Test
  void workersThatAreLeftOpenAreThoseOfTheRunBefore() throws IOException {
    Map<String, String> open = Map.of("seed", "1", "workers", "0");
    assertThat(open(open).withPast().withWorkers(5).workers()).isEqualTo(5);
    save(1);
    open(open).requireUsable(true);
    assertThat(open(open).withPast().withWorkers(5).workers()).isEqualTo(2);
    assertThatThrownBy(() -> open(Map.of("seed", "1", "workers", "3")).requireUsable(true))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("workers is 3 (it was 2)");
  }
}
