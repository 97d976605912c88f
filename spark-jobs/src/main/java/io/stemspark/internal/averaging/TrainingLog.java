package io.stemspark.internal.averaging;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.stemspark.internal.json.StrictJson;
import io.stemspark.internal.lease.Fence;
import io.stemspark.internal.report.TrainingPage;
import io.stemspark.internal.report.TrainingPage.Example;
import io.stemspark.internal.storage.FileTree;
import io.stemspark.internal.storage.Locations;
import io.stemspark.internal.storage.Retries;
import io.stemspark.internal.text.SafeText;
import io.stemspark.training.Epoch;
import io.stemspark.training.Epoch.Validation;
import io.stemspark.training.Round;
import io.stemspark.training.TrainingListener;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the log of a training, round by round: JSON Lines, a file for each epoch, and a page with
 * curves, in a folder beside the bundle. A resumed training continues its log; one that was killed
 * may have lost the last {@value #SECONDS_BETWEEN_WRITES} seconds of it.
 */
public final class TrainingLog implements TrainingListener {
  private static final Logger LOG = LoggerFactory.getLogger(TrainingLog.class);
  private static final String ROUNDS = "rounds-%07d.jsonl";
  private static final String EPOCHS = "epochs.jsonl";
  private static final String PAGE = "index.html";
  private static final double SECONDS_BETWEEN_WRITES = 20;

  private static final ObjectMapper JSON =
      StrictJson.MAPPER.copy().disable(SerializationFeature.INDENT_OUTPUT);
  private static final ObjectReader ROUND_READER = JSON.readerFor(Round.class);

  /** An epoch without a validation has no scores. */
  private static final ObjectReader EPOCH_READER =
      JSON.readerFor(EpochLine.class)
          .without(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES);

  private final Path folder;
  private final String bundle;
  private final String network;
  private final Configuration configuration;
  private final Fence fence;
  private final List<Round> rounds = new ArrayList<>();
  private final List<EpochLine> epochs = new ArrayList<>();
  private double written;

  /** A line of {@code epochs.jsonl}; {@code validation} is null without a validation split. */
  record EpochLine(int number, double loss, Validation validation, double seconds) {
    static EpochLine of(Epoch epoch) {
      return new EpochLine(
          epoch.number(), epoch.loss(), epoch.validation().orElse(null), epoch.seconds());
    }

    Epoch epoch() {
      return new Epoch(number, loss, Optional.ofNullable(validation), seconds);
    }
  }

  /**
   * @param bundle the bundle that the training will write
   * @param network in words
   * @param fence of the training's lease
   */
  public TrainingLog(String bundle, String network, Fence fence, Configuration configuration) {
    this.fence = fence;
    this.bundle = bundle;
    this.network = network;
    this.folder = Locations.trainingFolder(bundle);
    this.configuration = configuration;
  }

  /** Where the page of a bundle's training lies. */
  public static String page(String bundle) {
    return new Path(Locations.trainingFolder(bundle), PAGE).toString();
  }

  /**
   * Continues the log of the run before.
   *
   * @param epoch the current epoch
   * @param batches batches of that epoch that are done
   */
  @Override
  public void started(int epoch, int batches) {
    try {
      deleteWhatIsNotOfThisTraining(epoch, batches);
      for (int number = 1; number <= epoch; number++) {
        rounds.addAll(read(ROUNDS.formatted(number), ROUND_READER));
      }
      rounds.removeIf(round -> round.epoch() == epoch && round.batchesDone() > batches);
      epochs.addAll(read(EPOCHS, EPOCH_READER));
      epochs.removeIf(line -> line.number() >= epoch);
      if (!rounds.isEmpty()) {
        written = rounds.get(rounds.size() - 1).seconds();
      }
    } catch (IOException e) {
      LOG.warn("The log of the training so far cannot be read. A new one is begun.", e);
      rounds.clear();
      epochs.clear();
    }
  }

  /** Deletes what an older training of this bundle logged, which would be taken for this one's. */
  private void deleteWhatIsNotOfThisTraining(int epoch, int batches) throws IOException {
    FileSystem files = folder.getFileSystem(configuration);
    boolean anew = epoch == 1 && batches == 0;
    List<FileStatus> found = FileTree.children(folder, configuration);
    // What was listed before this check is no later training's.
    fence.requireHeld(configuration);
    for (FileStatus file : found) {
      String name = file.getPath().getName();
      boolean ofRounds = name.matches("rounds-\\d+\\.jsonl");
      boolean later = ofRounds && name.compareTo(ROUNDS.formatted(epoch)) > 0;
      boolean ours = ofRounds || name.equals(EPOCHS) || name.equals(PAGE);
      if (later || (anew && ours)) {
        Retries.run(() -> files.delete(file.getPath(), false));
      }
    }
  }

  private <T> List<T> read(String name, ObjectReader reader) throws IOException {
    Path file = new Path(folder, name);
    FileSystem files = file.getFileSystem(configuration);
    return Retries.call(
        () -> {
          if (!files.exists(file)) {
            return List.<T>of();
          }
          List<T> lines = new ArrayList<>();
          try (InputStream stream = files.open(file)) {
            for (String line :
                new String(stream.readAllBytes(), StandardCharsets.UTF_8).lines().toList()) {
              TrainingLog.<T>parse(file, line, reader).ifPresent(lines::add);
            }
          }
          return lines;
        });
  }

  /** A damaged line costs no more than itself. */
  private static <T> Optional<T> parse(Path file, String line, ObjectReader reader) {
    try {
      return Optional.of(reader.readValue(line));
    } catch (JsonProcessingException e) {
      LOG.warn(
          "{} has a damaged line, which the page of the training leaves out: {}",
          file,
          SafeText.line(SafeText.quoted(e.getOriginalMessage())));
      return Optional.empty();
    }
  }

  @Override
  public void roundDone(Round round) {
    rounds.add(round);
    if (round.seconds() - written > SECONDS_BETWEEN_WRITES) {
      writeRounds(round.epoch());
      writePage(List.of());
      written = round.seconds();
    }
  }

  @Override
  public void ended() {
    if (!rounds.isEmpty()) {
      writeRounds(rounds.get(rounds.size() - 1).epoch());
      writePage(List.of());
    }
  }

  @Override
  public void epochDone(Epoch epoch) {
    epochs.add(EpochLine.of(epoch));
    writeRounds(epoch.number());
    write(EPOCHS, lines(epochs));
    writePage(List.of());
  }

  private void writeRounds(int epoch) {
    write(
        ROUNDS.formatted(epoch),
        lines(rounds.stream().filter(round -> round.epoch() == epoch).toList()));
  }

  /**
   * Writes the page of what there is so far.
   *
   * @param examples what the network makes of patches that it never saw
   */
  void writePage(List<Example> examples) {
    write(
        PAGE,
        TrainingPage.render(
            bundle, network, rounds, epochs.stream().map(EpochLine::epoch).toList(), examples));
  }

  private static String lines(List<?> values) {
    StringBuilder lines = new StringBuilder();
    for (Object value : values) {
      try {
        lines.append(JSON.writeValueAsString(value)).append('\n');
      } catch (IOException e) {
        throw new IllegalStateException("A line of the training log has no JSON form.", e);
      }
    }
    return lines.toString();
  }

  /** Writes a file, and goes on if that fails: a training is worth more than its log. */
  private void write(String name, String content) {
    byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
    try {
      fence.write(new Path(folder, name), configuration, stream -> stream.write(bytes));
    } catch (IOException e) {
      LOG.warn("{} cannot be written to {}: {}", name, folder, e.getMessage());
    }
  }
}
