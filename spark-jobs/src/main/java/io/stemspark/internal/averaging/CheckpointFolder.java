package io.stemspark.internal.averaging;

import io.stemspark.internal.audio.StorageInput;
import io.stemspark.internal.config.JobSettings;
import io.stemspark.internal.lease.Fence;
import io.stemspark.internal.storage.Locations;
import io.stemspark.internal.storage.Retries;
import io.stemspark.internal.text.SafeText;
import io.stemspark.internal.training.CheckpointFile;
import io.stemspark.internal.training.Checkpoints;
import io.stemspark.internal.training.TrainingState;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.apache.commons.io.function.IOBiFunction;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The checkpoints of a training: files in a folder beside the bundle that it will write, the last
 * two of them. Each appears whole or not at all.
 */
public final class CheckpointFolder implements Checkpoints {
  /** The key of the data set's hash, which a resumed run shares beside its settings. */
  public static final String DATASET = "dataset";

  public static final String FROM = "from";

  /** The key of the feature maps of the network's levels, which it shares as well. */
  public static final String FEATURES = "features";

  private static final String SUFFIX = ".checkpoints";
  private static final String ENDING = ".checkpoint";
  private static final int KEPT = 2;
  private static final String WORKERS = "workers";
  private static final String OPEN = "0";

  /** A setting of former releases. */
  private static final String RETIRED = "invert";

  /** Settings that may help a diverged training, and leave its batches as they are. */
  private static final Set<String> MAY_CHANGE =
      Set.of("learning-rate", "gradient-limit", "weight-decay", "loss-limit");

  private static final Map<String, String> DEFAULTS =
      JobSettings.load(List.of(), List.of()).trainingProvenance();

  /** Between the values that a setting has had one after the other. */
  private static final String THEN = ", then ";

  private static final Pattern WHOLE = Pattern.compile("\\d{1,6}");
  private static final Logger LOG = LoggerFactory.getLogger(CheckpointFolder.class);

  private static final Pattern NAME =
      Pattern.compile("epoch-\\d{7}-batch-\\d{10}" + Pattern.quote(ENDING));

  private final String bundle;
  private final Path folder;
  private final Configuration configuration;
  private final Map<String, String> run;
  private final Fence fence;

  /**
   * @param bundle the bundle that the training will write
   * @param run what a run must have in common with the one before to resume it
   * @param fence of the training's lease
   */
  public CheckpointFolder(
      String bundle, Configuration configuration, Map<String, String> run, Fence fence) {
    this.bundle = bundle;
    this.folder = Locations.suffixed(Locations.of(bundle), SUFFIX);
    this.configuration = configuration;
    this.run = Map.copyOf(run);
    this.fence = fence;
  }

  /**
   * The same for a run that resumes from checkpoints, if there are any. Where its settings leave
   * the number of workers open, it has as many as the one before, because the learning rate goes by
   * their steps. Where a setting has changed, the former values are kept with it.
   */
  public CheckpointFolder withPast() throws IOException {
    Map<String, String> before = readLast((file, stream) -> readRun(stream)).orElse(Map.of());
    Map<String, String> known = new TreeMap<>(run);
    if (workers() == 0) {
      known.put(WORKERS, before.getOrDefault(WORKERS, OPEN));
    }
    for (String key : MAY_CHANGE) {
      String now = run.get(key);
      String was = before.get(key);
      if (now != null && was != null) {
        boolean same = was.equals(now) || was.endsWith(THEN + now);
        if (!same) {
          LOG.warn("{} was {} before, and is {} from here on.", name(key), was, now);
        }
        known.put(key, same ? was : was + THEN + now);
      }
    }
    return new CheckpointFolder(bundle, configuration, known, fence);
  }

  /** The same for a run with this many workers, where nothing else says how many. */
  public CheckpointFolder withWorkers(int available) {
    Map<String, String> known = new TreeMap<>(run);
    if (workers() == 0) {
      known.put(WORKERS, Integer.toString(available));
    }
    return new CheckpointFolder(bundle, configuration, known, fence);
  }

  /** The settings that may change during a training, each with all values that it has had. */
  public Map<String, String> changeable() {
    Map<String, String> values = new TreeMap<>(run);
    values.keySet().retainAll(MAY_CHANGE);
    return values;
  }

  /** Workers of the run; 0 while that is open. */
  public int workers() {
    return Integer.parseInt(run.getOrDefault(WORKERS, OPEN));
  }

  /**
   * Checks that a run may start.
   *
   * @param resume whether it resumes from what is there
   * @throws IOException when there are checkpoints and it does not resume; when they are another
   *     run's, or none of them can be read; or when it resumes, there are none, and the bundle
   *     shows that the training has ended
   */
  public void requireUsable(boolean resume) throws IOException {
    if (all().isEmpty()) {
      Path file = Locations.of(bundle);
      FileSystem files = file.getFileSystem(configuration);
      if (resume && Retries.call(() -> files.exists(file))) {
        throw new IOException(
            file
                + " exists already, and has no checkpoint to resume from. Without --resume, it is"
                + " trained anew.");
      }
      return;
    }
    if (!resume) {
      throw new IOException(
          folder
              + " holds a training that has not ended. --resume resumes it. Without this"
              + " folder, a new one starts.");
    }
    requireSame(readLast((file, stream) -> readRun(stream)).orElseThrow());
  }

  private void requireSame(Map<String, String> before) throws IOException {
    if (Set.of("true", "yes", "on").contains(before.getOrDefault(RETIRED, "false"))) {
      throw new IOException(
          folder
              + " cannot be resumed: it was begun with stemspark.training.invert = true,"
              + " which this release no longer has.");
    }
    TreeSet<String> keys = new TreeSet<>(before.keySet());
    keys.addAll(run.keySet());
    keys.remove(RETIRED);
    List<String> differences =
        keys.stream()
            .filter(key -> !(key.equals(WORKERS) && run.getOrDefault(key, OPEN).equals(OPEN)))
            .filter(key -> !MAY_CHANGE.contains(key))
            .filter(key -> !value(run, key).equals(value(before, key)))
            .map(
                key ->
                    "%s is %s (it was %s)"
                        .formatted(name(key), value(run, key), value(before, key)))
            .toList();
    if (!differences.isEmpty()) {
      throw new IOException(
          "%s cannot be resumed, because this run differs: %s."
              .formatted(folder, String.join(", ", differences)));
    }
  }

  /** A setting that is younger than the training has its default. */
  private static String value(Map<String, String> settings, String key) {
    return settings.getOrDefault(key, DEFAULTS.getOrDefault(key, "not set"));
  }

  /** The name of a key in messages. */
  private static String name(String key) {
    return switch (key) {
      case DATASET -> "the data set";
      case FROM -> "the bundle of --from";
      case FEATURES -> "stemspark.unet.features";
      default -> "stemspark.training." + key;
    };
  }

  /** The name of the checkpoint that a training resumes from, if there is one. */
  Optional<String> last() throws IOException {
    return readLast(
        (file, stream) -> {
          readRun(stream);
          return file.getName();
        });
  }

  @Override
  public String location() {
    return "The weights before are in the last file of "
        + folder
        + ". --resume continues from them, also with another learning-rate, gradient-limit,"
        + " loss-limit or weight-decay.";
  }

  @Override
  public Optional<TrainingState> restore(ComputationGraph network) throws IOException {
    return readLast((file, stream) -> CheckpointFile.read(stream, network));
  }

  @Override
  public void save(TrainingState state, ComputationGraph network) throws IOException {
    String name = "epoch-%07d-batch-%010d%s".formatted(state.epoch(), state.batches(), ENDING);
    fence.write(
        new Path(folder, name),
        configuration,
        stream -> CheckpointFile.write(stream, run, state, network));
    List<Path> all = all();
    deleteAll(all.subList(0, Math.max(0, all.size() - KEPT)));
  }

  /** Deletes all checkpoints, once the bundle is there, but nothing else in their folder. */
  public void delete() {
    try {
      deleteAll(all());
      if (content().isEmpty()) {
        delete(folder);
      }
    } catch (IOException e) {
      LOG.warn("{} is no longer needed, but cannot be deleted: {}", folder, e.getMessage());
    }
  }

  private void deleteAll(List<Path> old) throws IOException {
    // What was listed before this check is no later training's.
    fence.requireHeld(configuration);
    old.forEach(this::delete);
  }

  private void delete(Path file) {
    try {
      FileSystem files = file.getFileSystem(configuration);
      Retries.run(() -> files.delete(file, false));
    } catch (IOException e) {
      LOG.warn("{} is no longer needed, but cannot be deleted: {}", file, e.getMessage());
    }
  }

  /** All checkpoints, the oldest first. */
  private List<Path> all() throws IOException {
    return content().stream()
        .filter(file -> NAME.matcher(file.getName()).matches())
        .sorted(Comparator.comparing(Path::getName))
        .toList();
  }

  private List<Path> content() throws IOException {
    // A link to a disk that is not there is no empty folder.
    FileSystem files = folder.getFileSystem(configuration);
    FileStatus[] found =
        Retries.call(() -> files.exists(folder) ? files.listStatus(folder) : new FileStatus[0]);
    return Arrays.stream(found).map(FileStatus::getPath).toList();
  }

  /** Reads the last checkpoint that can be read: a failing machine may damage the very last. */
  private <T> Optional<T> readLast(IOBiFunction<Path, InputStream, T> reader) throws IOException {
    List<Path> all = all();
    for (int i = all.size() - 1; i >= 0; i--) {
      Path file = all.get(i);
      try {
        FileSystem files = file.getFileSystem(configuration);
        return Optional.of(
            Retries.call(
                () -> {
                  // Only what storage fails is tried again, not a file that ends too soon.
                  try (InputStream stream = new StorageInput(file.toString(), files.open(file))) {
                    return reader.apply(file, stream);
                  } catch (EOFException e) {
                    throw new IOException("It ends too soon.", e);
                  }
                }));
      } catch (IOException e) {
        if (i == 0) {
          throw new IOException(
              "%s cannot be resumed. Without the folder, a new training starts. %s"
                  .formatted(file, e.getMessage()),
              e);
        }
        LOG.warn("{} cannot be read, so the one before is taken. {}", file, e.getMessage());
      }
    }
    return Optional.empty();
  }

  private static Map<String, String> readRun(InputStream stream) throws IOException {
    Map<String, String> run = CheckpointFile.readRun(stream);
    String workers = run.getOrDefault(WORKERS, OPEN);
    if (!WHOLE.matcher(workers).matches()) {
      throw new IOException("Its number of workers is %s.".formatted(SafeText.quoted(workers)));
    }
    return run;
  }
}
