package io.stemspark.internal.training;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.stemspark.internal.export.TrainedWeights;
import io.stemspark.internal.json.StrictJson;
import io.stemspark.training.Epoch;
import io.stemspark.training.Epoch.Validation;
import io.stemspark.training.TrainingConfig;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;

/**
 * Reads and writes checkpoints. A checkpoint is a zip of {@code state.json} and {@code weights}
 * (parameters and the updater's state). Once an epoch has been scored, there is {@code best} (the
 * best epoch's parameters: little-endian floats); where there is a moving average of the
 * parameters, {@code average}; where there is a momentum of what averagings change, {@code
 * momentum}.
 */
public final class CheckpointFile {
  private static final int VERSION = 4;

  /** The version before, which has no momentum. */
  private static final int FORMER_VERSION = 3;

  private static final String STATE = "state.json";
  private static final String WEIGHTS = "weights";
  private static final String BEST = "best";
  private static final String AVERAGE = "average";
  private static final String MOMENTUM = "momentum";
  private static final int MAX_STATE_BYTES = 1 << 20;
  private static final int MAX_WEIGHT_BYTES = Integer.MAX_VALUE - 8;

  private CheckpointFile() {}

  /** {@code state.json}. */
  private record Saved(
      int version,
      Map<String, String> run,
      int steps,
      int passes,
      int epoch,
      int batches,
      int rounds,
      double lossSum,
      double seconds,
      List<SavedEpoch> chosen,
      boolean averaged,
      boolean momentum) {}

  private record SavedEpoch(int number, double loss, List<Validation> validation, double seconds) {
    static SavedEpoch of(Epoch epoch) {
      return new SavedEpoch(
          epoch.number(), epoch.loss(), epoch.validation().stream().toList(), epoch.seconds());
    }

    Epoch epoch() {
      return new Epoch(number, loss, validation.stream().findFirst(), seconds);
    }
  }

  /**
   * Writes a checkpoint.
   *
   * @param run what a run must have in common with this one to resume from the checkpoint
   */
  public static void write(
      OutputStream stream, Map<String, String> run, TrainingState state, ComputationGraph network)
      throws IOException {
    ComputationGraphConfiguration configuration = network.getConfiguration();
    Saved saved =
        new Saved(
            VERSION,
            run,
            configuration.getIterationCount(),
            configuration.getEpochCount(),
            state.epoch(),
            state.batches(),
            state.rounds(),
            state.lossSum(),
            state.seconds(),
            state.chosen().map(SavedEpoch::of).stream().toList(),
            state.average().isPresent(),
            state.momentum().isPresent());
    ZipOutputStream zip = new ZipOutputStream(stream);
    zip.setLevel(Deflater.NO_COMPRESSION);
    put(zip, STATE, StrictJson.MAPPER.writeValueAsBytes(saved));
    put(zip, WEIGHTS, TrainedWeights.encode(network));
    if (state.bestWeights().isPresent()) {
      put(zip, BEST, bytes(state.bestWeights().get()));
    }
    if (state.average().isPresent()) {
      put(zip, AVERAGE, bytes(state.average().get()));
    }
    if (state.momentum().isPresent()) {
      put(zip, MOMENTUM, bytes(state.momentum().get()));
    }
    zip.finish();
  }

  private static void put(ZipOutputStream zip, String name, byte[] content) throws IOException {
    zip.putNextEntry(new ZipEntry(name));
    zip.write(content);
    zip.closeEntry();
  }

  private static byte[] bytes(float[] values) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return bytes.array();
  }

  /**
   * What a run must have in common with the one before to resume from its checkpoint.
   *
   * @throws IOException when the file is damaged
   */
  public static Map<String, String> readRun(InputStream stream) throws IOException {
    return readSaved(new ZipInputStream(stream)).run();
  }

  /**
   * Reads a checkpoint into a network of the same shape.
   *
   * @throws IOException when the checkpoint is damaged or another network's
   */
  public static TrainingState read(InputStream stream, ComputationGraph network)
      throws IOException {
    ZipInputStream zip = new ZipInputStream(stream);
    Saved saved = readSaved(zip);
    TrainedWeights.decode(entry(zip, WEIGHTS, MAX_WEIGHT_BYTES), network);
    network.getConfiguration().setIterationCount(saved.steps());
    network.getConfiguration().setEpochCount(saved.passes());
    Optional<Epoch> chosen = saved.chosen().stream().findFirst().map(SavedEpoch::epoch);
    boolean scored = chosen.isPresent() && chosen.get().validation().isPresent();
    return new TrainingState(
        saved.epoch(),
        saved.batches(),
        saved.rounds(),
        saved.lossSum(),
        saved.seconds(),
        chosen,
        scored ? Optional.of(floats(zip, BEST, network)) : Optional.empty(),
        saved.averaged() ? Optional.of(floats(zip, AVERAGE, network)) : Optional.empty(),
        saved.momentum() ? Optional.of(floats(zip, MOMENTUM, network)) : Optional.empty());
  }

  private static Saved readSaved(ZipInputStream zip) throws IOException {
    byte[] state = entry(zip, STATE, MAX_STATE_BYTES);
    JsonNode json = StrictJson.MAPPER.readTree(state);
    JsonNode version = json.path("version");
    boolean former = version.asInt() == FORMER_VERSION;
    if (version.isInt() && version.intValue() != VERSION && !former) {
      throw new IOException(
          "It was written by another version of Stemspark: its format is %d, and this release reads %d and %d."
              .formatted(version.intValue(), FORMER_VERSION, VERSION));
    }
    if (former && json instanceof ObjectNode object) {
      object.remove("batch_order");
      object.put("momentum", false);
    }
    Saved saved = StrictJson.MAPPER.treeToValue(json, Saved.class);
    if (saved == null
        || (saved.version() != VERSION && !former)
        || saved.run() == null
        || saved.run().containsValue(null)
        || !isSound(saved.chosen())
        || saved.epoch() > TrainingConfig.MAX_EPOCHS + 1
        // After the first epoch, one has been chosen.
        || (saved.epoch() > 1 && saved.chosen().isEmpty())
        || IntStream.of(saved.steps(), saved.passes(), saved.batches(), saved.rounds())
            .anyMatch(count -> count < 0)
        || saved.epoch() < 1) {
      throw new IOException(STATE + " holds values that cannot be right.");
    }
    return saved;
  }

  private static boolean isSound(List<SavedEpoch> chosen) {
    return chosen != null
        && chosen.size() <= 1
        && chosen.stream()
            .allMatch(
                epoch ->
                    epoch != null
                        && epoch.validation() != null
                        && epoch.validation().stream().allMatch(Objects::nonNull));
  }

  private static byte[] entry(ZipInputStream zip, String name, int most) throws IOException {
    ZipEntry entry;
    try {
      entry = zip.getNextEntry();
    } catch (IllegalArgumentException e) {
      // ZipInputStream throws this for a name that is not UTF-8.
      throw new IOException("An entry has no readable name.", e);
    }
    if (entry == null || !entry.getName().equals(name)) {
      throw new IOException(
          entry == null
              ? "The entry %s is missing.".formatted(name)
              : "The next entry is %s. Expected %s.".formatted(entry.getName(), name));
    }
    byte[] content = zip.readNBytes(most);
    if (zip.read() != -1) {
      throw new IOException("The entry %s has more than %d bytes.".formatted(name, most));
    }
    return content;
  }

  private static float[] floats(ZipInputStream zip, String name, ComputationGraph network)
      throws IOException {
    byte[] bytes = entry(zip, name, MAX_WEIGHT_BYTES);
    if (bytes.length != 4 * network.numParams()) {
      throw new IOException(
          "The entry %s has %d bytes. Expected %d."
              .formatted(name, bytes.length, 4 * network.numParams()));
    }
    float[] values = new float[bytes.length / 4];
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
    return values;
  }
}
