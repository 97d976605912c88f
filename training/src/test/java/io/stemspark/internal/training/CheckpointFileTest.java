package io.stemspark.internal.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stemspark.network.UNetConfig;
import io.stemspark.patch.PatchConfig;
import io.stemspark.training.Epoch;
import io.stemspark.training.Epoch.Validation;
import io.stemspark.training.TrainingBackend;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.learning.config.Adam;

class CheckpointFileTest {
  private static final UNetConfig UNET = new UNetConfig(1, 1, List.of(2, 3));
  private static final Map<String, String> RUN = Map.of("seed", "7");
  private static final Epoch BEST =
      new Epoch(4, 0.25, Optional.of(new Validation(0.5, 6.5, -2)), 12.5);

  /** Room at the end that a reader does not look at. */
  private static final int CENTRAL_DIRECTORY = 230;

  private static ComputationGraph network(UNetConfig unet, int seed) {
    return TrainingBackend.TORCH.create(unet, new PatchConfig(8, 8), new Adam(1e-3), seed);
  }

  private static TrainingState state(ComputationGraph network) {
    float[] best = new float[(int) network.numParams()];
    Arrays.fill(best, 0.125f);
    float[] average = best.clone();
    average[0] = 7;
    float[] momentum = best.clone();
    momentum[1] = 9;
    return new TrainingState(
        5,
        3,
        2,
        1.5,
        20.25,
        Optional.of(BEST),
        Optional.of(best),
        Optional.of(average),
        Optional.of(momentum));
  }

  private static byte[] written(ComputationGraph network) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    CheckpointFile.write(bytes, RUN, state(network), network);
    return bytes.toByteArray();
  }

  @Test
  void bringsAllOfItBack() throws IOException {
    ComputationGraph saved = network(UNET, 1);
    saved.getUpdater().getStateViewArray().assign(3);
    saved.getConfiguration().setIterationCount(77);
    byte[] bytes = written(saved);
    ComputationGraph restored = network(UNET, 2);
    TrainingState state = CheckpointFile.read(new ByteArrayInputStream(bytes), restored);

    assertThat(restored.params()).isEqualTo(saved.params());
    assertThat(restored.getUpdater().getStateViewArray())
        .isEqualTo(saved.getUpdater().getStateViewArray());
    assertThat(restored.getConfiguration().getIterationCount()).isEqualTo(77);
    assertThat(state.bestWeights().orElseThrow()).isEqualTo(state(saved).bestWeights().get());
    assertThat(state.average().orElseThrow()).isEqualTo(state(saved).average().get());
    assertThat(state.momentum().orElseThrow()).isEqualTo(state(saved).momentum().get());
    assertThat(state)
        .usingRecursiveComparison()
        .ignoringFields("bestWeights", "average", "momentum")
        .isEqualTo(state(saved));
    assertThat(CheckpointFile.readRun(new ByteArrayInputStream(bytes))).isEqualTo(RUN);
  }

  @Test
  void isRefusedByAnotherNetwork() throws IOException {
    byte[] bytes = written(network(UNET, 1));
    ComputationGraph other = network(new UNetConfig(1, 1, List.of(2, 4)), 1);
    assertThatThrownBy(() -> CheckpointFile.read(new ByteArrayInputStream(bytes), other))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("parameters, but");
  }

  @Test
  void isRefusedWhenCutOffAnywhere() throws IOException {
    byte[] bytes = written(network(UNET, 1));
    ComputationGraph network = network(UNET, 1);
    for (int length = 0; length < bytes.length - CENTRAL_DIRECTORY; length += 97) {
      byte[] part = Arrays.copyOf(bytes, length);
      assertThatThrownBy(() -> CheckpointFile.read(new ByteArrayInputStream(part), network))
          .as("%d of %d bytes", length, bytes.length)
          .isInstanceOf(IOException.class);
    }
  }

  @Test
  void isRefusedWhenANameIsDamaged() throws IOException {
    byte[] bytes = written(network(UNET, 1));
    int name = new String(bytes, StandardCharsets.ISO_8859_1).indexOf("state.json");
    bytes[name] = (byte) 0xff;
    assertThatThrownBy(() -> CheckpointFile.readRun(new ByteArrayInputStream(bytes)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("An entry has no readable name.");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"epoch\" : 5|\"epoch\" : 2147483647",
        "\"epoch\" : 5|\"epoch\" : 0",
        "\"chosen\" : .*\\]|\"chosen\" : []",
        "\"chosen\" : .*\\]|\"chosen\" : [ null ]",
        "\"validation\" : \\[[^]]*\\]|\"validation\" : [ null ]",
        "\"seed\" : \"7\"|\"seed\" : null"
      })
  void isRefusedWhenAFieldMakesNoSense(String change) throws IOException {
    byte[] changed = changed(written(network(UNET, 1)), change);
    assertThatThrownBy(() -> CheckpointFile.readRun(new ByteArrayInputStream(changed)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("holds values that cannot be right");
  }

  @Test
  void theVersionBeforeHasNoMomentum() throws IOException {
    ComputationGraph saved = network(UNET, 1);
    byte[] now = changed(written(saved), "\"version\" : 4|\"version\" : 3");
    byte[] former = changed(now, "\"momentum\" : true|\"batch_order\" : \"MIXED\"");
    ComputationGraph restored = network(UNET, 2);
    TrainingState state = CheckpointFile.read(new ByteArrayInputStream(former), restored);
    assertThat(restored.params()).isEqualTo(saved.params());
    assertThat(state.momentum()).isEmpty();
    assertThat(state.average()).isPresent();
  }

  /** A checkpoint with another state: pattern, a bar, and what replaces it. */
  private static byte[] changed(byte[] checkpoint, String change) throws IOException {
    int at = change.lastIndexOf('|');
    ByteArrayOutputStream changed = new ByteArrayOutputStream();
    try (ZipInputStream from = new ZipInputStream(new ByteArrayInputStream(checkpoint));
        ZipOutputStream to = new ZipOutputStream(changed)) {
      for (ZipEntry entry = from.getNextEntry(); entry != null; entry = from.getNextEntry()) {
        byte[] content = from.readAllBytes();
        if (entry.getName().equals("state.json")) {
          String state = new String(content, StandardCharsets.UTF_8);
          String other =
              Pattern.compile(change.substring(0, at), Pattern.DOTALL)
                  .matcher(state)
                  .replaceFirst(change.substring(at + 1));
          assertThat(other).isNotEqualTo(state);
          content = other.getBytes(StandardCharsets.UTF_8);
        }
        to.putNextEntry(new ZipEntry(entry.getName()));
        to.write(content);
      }
    }
    return changed.toByteArray();
  }

  @Test
  void neverReturnsOtherWeightsWhenBitsAreFlipped() throws IOException {
    ComputationGraph saved = network(UNET, 1);
    byte[] bytes = written(saved);
    Random random = new Random(5);
    int refused = 0;
    for (int i = 0; i < 300; i++) {
      byte[] damaged = bytes.clone();
      int bit = random.nextInt(8 * (bytes.length - CENTRAL_DIRECTORY));
      damaged[bit / 8] ^= (byte) (1 << bit % 8);
      ComputationGraph restored = network(UNET, 2);
      try {
        TrainingState state = CheckpointFile.read(new ByteArrayInputStream(damaged), restored);
        // Such as a bit of an entry's date.
        assertThat(restored.params()).isEqualTo(saved.params());
        assertThat(state.bestWeights()).isPresent();
      } catch (IOException e) {
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(250);
  }
}
