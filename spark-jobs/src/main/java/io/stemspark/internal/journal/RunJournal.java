package io.stemspark.internal.journal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.stemspark.internal.json.StrictJson;
import io.stemspark.internal.storage.AtomicFiles;
import io.stemspark.internal.storage.FileTree;
import io.stemspark.internal.storage.Locations;
import io.stemspark.internal.storage.OutputLayout;
import io.stemspark.internal.storage.Renames;
import io.stemspark.internal.storage.Retries;
import io.stemspark.internal.text.SafeText;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads and writes the journal of an output folder: what all runs did with its tracks, as JSON
 * Lines below {@code _stemspark/ledger/<run>}.
 *
 * <p>Tasks write many small files, so that a killed run loses little. When a run ends, they are
 * gathered into few, compressed ones. No file is ever changed, and each appears whole. So a reader
 * gets rows twice at worst, when one file takes the place of others meanwhile.
 */
public final class RunJournal {
  static final ObjectMapper MAPPER =
      StrictJson.MAPPER
          .copy()
          .disable(SerializationFeature.INDENT_OUTPUT)
          // Rows of the version before have fewer fields, and derived values are written too.
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .disable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .disable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES);

  /** The first version whose rows name stems; the one before knew two. */
  private static final int WITH_STEMS_BY_NAME = 3;

  private static final int MAX_LISTINGS = 20;
  private static final String PLAIN = ".jsonl";
  private static final String GATHERED = ".jsonl.gz";
  private static final String DAMAGED = ".damaged";

  /** The name of a task's folder. */
  private static final Pattern TASK = Pattern.compile("\\d{6,}");

  private static final Logger LOG = LoggerFactory.getLogger(RunJournal.class);

  private RunJournal() {}

  /** The folder of the journal of an output folder. */
  public static Path folder(String output) {
    return new Path(output, OutputLayout.JOURNAL);
  }

  /**
   * The parts of the journal of an output folder, each to be read by {@link #read}: a file for many
   * tasks, or the folder of a task whose files have not been gathered yet.
   */
  public static List<String> parts(String output, Configuration configuration) throws IOException {
    Set<String> parts = new TreeSet<>();
    for (Path file : files(folder(output), configuration)) {
      parts.add((isOfTask(file) ? file.getParent().getParent() : file).toString());
    }
    return new ArrayList<>(parts);
  }

  /** How many attempts of a task have written rows. */
  public static int attempts(String part, Configuration configuration) throws IOException {
    return FileTree.children(new Path(part), configuration).size();
  }

  /** Whether a file of the journal was damaged once, and put aside. */
  public static boolean wasDamaged(String output, Configuration configuration) throws IOException {
    Path folder = folder(output);
    for (FileStatus run : FileTree.children(folder, configuration)) {
      for (FileStatus file : FileTree.children(run.getPath(), configuration)) {
        if (file.getPath().getName().endsWith(DAMAGED)) {
          return true;
        }
      }
    }
    return false;
  }

  /** Whether a part is the folder of a task. */
  public static boolean isOpen(String part) {
    return TASK.matcher(new Path(part).getName()).matches();
  }

  /** Whether a file lies in the folder of an attempt, which lies in that of a task. */
  private static boolean isOfTask(Path file) {
    return TASK.matcher(file.getParent().getParent().getName()).matches();
  }

  private static boolean isCompressed(Path file) {
    return file.getName().endsWith(GATHERED);
  }

  private static List<Path> files(Path folder, Configuration configuration) throws IOException {
    for (int attempt = 1; ; attempt++) {
      Optional<List<Path>> found = Retries.call(() -> list(folder, configuration));
      if (found.isPresent()) {
        return found.get();
      }
      if (attempt == MAX_LISTINGS) {
        throw new IOException(
            "The folder %s changes whenever it is listed. Another run is at work there."
                .formatted(folder));
      }
    }
  }

  /** The files of a folder; empty when folders went away meanwhile, so that some may be missing. */
  private static Optional<List<Path>> list(Path folder, Configuration configuration)
      throws IOException {
    FileSystem files = folder.getFileSystem(configuration);
    List<Path> found = new ArrayList<>();
    try {
      RemoteIterator<LocatedFileStatus> listing = files.listFiles(folder, true);
      while (listing.hasNext()) {
        Path file = listing.next().getPath();
        String name = file.getName();
        if (!name.startsWith(".") && (name.endsWith(PLAIN) || name.endsWith(GATHERED))) {
          found.add(file);
        }
      }
    } catch (FileNotFoundException e) {
      return files.exists(folder) ? Optional.empty() : Optional.of(List.of());
    }
    return Optional.of(found);
  }

  /** Reads the rows of a part. Damage is reported in the log, and only damaged rows are lost. */
  public static void read(String part, Configuration configuration, Consumer<JournalEntry> rows)
      throws IOException {
    read(part, configuration, rows, damage -> LOG.warn(SafeText.of(damage.describe())));
  }

  /**
   * Reads the rows of a part.
   *
   * @param damages receives what is wrong with files
   * @throws IOException when storage fails, or a later release wrote a row
   */
  public static void read(
      String part,
      Configuration configuration,
      Consumer<JournalEntry> rows,
      Consumer<JournalDamage> damages)
      throws IOException {
    if (isOpen(part)) {
      readTask(new Path(part), configuration, damages).forEach(rows);
    } else {
      readFile(new Path(part), configuration, rows, damages);
    }
  }

  /**
   * Reads the rows of the attempt of a task that counts: the one that has done most tracks; among
   * equals, the one that has settled most tracks; among these, the latest. Only one counts, because
   * a later attempt starts with what the best before it has settled, and two at the same time may
   * do the same tracks.
   */
  public static List<JournalEntry> readTask(Path folder, Configuration configuration)
      throws IOException {
    return readTask(folder, configuration, damage -> LOG.warn(SafeText.of(damage.describe())));
  }

  private static List<JournalEntry> readTask(
      Path folder, Configuration configuration, Consumer<JournalDamage> damages)
      throws IOException {
    Map<Path, List<JournalEntry>> attempts = new TreeMap<>();
    for (Path file : files(folder, configuration)) {
      List<JournalEntry> rows = attempts.computeIfAbsent(file.getParent(), f -> new ArrayList<>());
      rows.addAll(rows(file, configuration, damages));
    }
    return attempts.entrySet().stream()
        .max(
            Comparator.comparingLong(
                    (Map.Entry<Path, List<JournalEntry>> attempt) ->
                        count(attempt.getValue(), JournalEntry::isDone))
                .thenComparing(attempt -> count(attempt.getValue(), row -> !row.isToRetry()))
                .thenComparing(attempt -> number(attempt.getKey())))
        .map(Map.Entry::getValue)
        .orElse(List.of());
  }

  private static long count(List<JournalEntry> rows, Predicate<JournalEntry> which) {
    return rows.stream().filter(which).count();
  }

  /**
   * A number that orders attempts. Their folders have names such as 0-10: the attempt of the stage,
   * and the attempt of the task.
   */
  private static long number(Path attempt) {
    String[] numbers = attempt.getName().split("-", -1);
    return numbers.length == 2 ? Long.parseLong(numbers[0]) << 32 | Long.parseLong(numbers[1]) : -1;
  }

  private static List<JournalEntry> rows(
      Path file, Configuration configuration, Consumer<JournalDamage> damages) throws IOException {
    List<JournalDamage> found = new ArrayList<>();
    List<JournalEntry> rows =
        Retries.call(
            () -> {
              found.clear();
              List<JournalEntry> read = new ArrayList<>();
              readFile(file, configuration, read::add, found::add);
              return read;
            });
    found.forEach(damages);
    return rows;
  }

  private static void readFile(
      Path file,
      Configuration configuration,
      Consumer<JournalEntry> rows,
      Consumer<JournalDamage> damages)
      throws IOException {
    InputStream raw = file.getFileSystem(configuration).open(file);
    try (JournalLines lines = JournalLines.of(file.toString(), raw, isCompressed(file))) {
      String damage = null;
      for (String line = lines.next(); line != null; line = lines.next()) {
        try {
          rows.accept(parse(file, lines.number(), line));
        } catch (JsonProcessingException e) {
          String reason =
              "line %d is not a row: %s"
                  .formatted(lines.number(), SafeText.quoted(e.getOriginalMessage()));
          damage = damage == null ? reason : damage;
        }
      }
      damage = damage == null ? lines.damage() : damage;
      if (damage != null) {
        damages.accept(new JournalDamage(file.toString(), SafeText.line(damage)));
      }
    }
  }

  private static JournalEntry parse(Path file, long number, String line) throws IOException {
    JsonNode json = MAPPER.readTree(line);
    int version = json.path("version").asInt();
    if (version > JournalEntry.VERSION) {
      throw new IOException(
          ("%s, line %d has version %d, and this release reads version %d and before. A later"
                  + " release wrote it.")
              .formatted(file, number, version, JournalEntry.VERSION));
    }
    if (version < WITH_STEMS_BY_NAME && json.path("quality") instanceof ObjectNode quality) {
      nameStems(quality);
    }
    JournalEntry row = MAPPER.treeToValue(json, JournalEntry.class);
    if (row == null) {
      throw new JsonMappingException(null, "null");
    }
    return row;
  }

  /** Until models had other stems, there were vocals and accompaniment. */
  private static void nameStems(ObjectNode quality) {
    double vocals = quality.path("vocal_share").asDouble();
    quality.putObject("shares").put("vocals", vocals).put("accompaniment", 1 - vocals);
    quality
        .putObject("clipped")
        .put("vocals", quality.path("clipped_vocals").asLong())
        .put("accompaniment", quality.path("clipped_accompaniment").asLong());
  }

  /**
   * Copies the readable rows of a damaged file to a new one, and gives the damaged one a name that
   * is not read.
   */
  public static void repair(JournalDamage damage, Configuration configuration) throws IOException {
    Path file = new Path(damage.file());
    List<JournalEntry> rows = rows(file, configuration, ignored -> {});
    if (!rows.isEmpty()) {
      String ending = isCompressed(file) ? GATHERED : PLAIN;
      write(new Path(file.getParent(), "rows-" + UUID.randomUUID() + ending), rows, configuration);
    }
    Renames.move(file, aside(file), configuration);
  }

  /** A name in the folder of the run: those of tasks are deleted when rows are gathered. */
  private static Path aside(Path file) {
    if (!isOfTask(file)) {
      return Locations.suffixed(file, DAMAGED);
    }
    Path attempt = file.getParent();
    Path task = attempt.getParent();
    String name =
        "%s-%s-%s%s".formatted(task.getName(), attempt.getName(), file.getName(), DAMAGED);
    return new Path(task.getParent(), name);
  }

  private static void write(Path target, List<JournalEntry> rows, Configuration configuration)
      throws IOException {
    AtomicFiles.write(
        target,
        configuration,
        stream -> {
          OutputStream into = isCompressed(target) ? new GZIPOutputStream(stream) : stream;
          for (JournalEntry row : rows) {
            into.write(MAPPER.writeValueAsBytes(row));
            into.write('\n');
          }
          if (into instanceof GZIPOutputStream compressed) {
            compressed.finish();
          }
        });
  }

  /**
   * Writes the rows of tasks into one file, then deletes the tasks' folders.
   *
   * @param run any run that some of the tasks belong to
   * @param tasks rows by the folder of their task, as {@link #readTask} gave them
   */
  public static void gather(
      String output, String run, Map<String, List<JournalEntry>> tasks, Configuration configuration)
      throws IOException {
    Path target = new Path(folder(output), run + "/rows-" + UUID.randomUUID() + GATHERED);
    write(target, tasks.values().stream().flatMap(List::stream).toList(), configuration);
    for (String task : tasks.keySet()) {
      Path folder = new Path(task);
      Retries.run(() -> folder.getFileSystem(configuration).delete(folder, true));
    }
  }
}
