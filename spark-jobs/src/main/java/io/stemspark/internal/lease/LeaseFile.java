package io.stemspark.internal.lease;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.stemspark.internal.json.StrictJson;
import io.stemspark.internal.storage.AtomicFiles;
import io.stemspark.internal.storage.FileTree;
import io.stemspark.internal.storage.NewFiles;
import io.stemspark.internal.storage.OutputLayout;
import io.stemspark.internal.storage.Retries;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The content of a lease, {@code _stemspark/lease/<number>.json}: who holds the folder.
 *
 * @param version {@link #VERSION}
 * @param number one more than that of the lease before
 * @param run name of the run
 * @param job its command
 * @param holder the process
 * @param taken when, as ISO 8601, as is {@code deadline}
 * @param deadline when it ends unless it is renewed
 * @param lasts how long it lasts without renewal, as ISO 8601
 * @param renewals how often it was renewed
 * @param released whether the run has ended
 */
record LeaseFile(
    int version,
    long number,
    String run,
    String job,
    HolderProcess holder,
    String taken,
    String deadline,
    String lasts,
    long renewals,
    boolean released) {
  static final int VERSION = 1;
  private static final Pattern NAME = Pattern.compile("(\\d{10})\\.json");
  private static final Pattern PLAN_NUMBER = Pattern.compile("\"number\"\\s*:\\s*(\\d{1,10})\\b");
  private static final Pattern NOTHING_TO_DO = Pattern.compile("\"to_do\"\\s*:\\s*0\\b");
  private static final String DAMAGED = ".damaged";
  private static final int MAX_BYTES = 1 << 16;

  /** The duration of a lease that does not say it: the setting's default. */
  private static final Duration USUAL = Duration.ofSeconds(60);

  /** The longest duration that the setting allows. */
  private static final Duration LONGEST = Duration.ofDays(1);

  /** Leases that are kept, so that a run that wakes up late still finds that of the next run. */
  private static final int KEPT = 100;

  static Path path(String output, long number) {
    return new Path(output, "%s/%010d.json".formatted(OutputLayout.LEASE, number));
  }

  /** The number of the last lease of a folder; empty if it never had one. */
  static OptionalLong last(String output, Configuration configuration) throws IOException {
    return numbers(output, configuration).stream().mapToLong(Long::longValue).max();
  }

  /** The numbers of the leases of a folder that are kept. */
  static List<Long> numbers(String output, Configuration configuration) throws IOException {
    Path folder = new Path(output, OutputLayout.LEASE);
    return FileTree.children(folder, configuration).stream()
        .map(file -> NAME.matcher(file.getPath().getName()))
        .filter(Matcher::matches)
        .map(name -> Long.parseLong(name.group(1)))
        .toList();
  }

  /** The run of a lease, unless it has ended well. */
  static Optional<UnfinishedRun> unfinished(
      String output, long number, Set<String> damaged, Configuration configuration)
      throws IOException {
    Optional<LeaseFile> read = read(output, number, configuration);
    if (read.isEmpty()) {
      return Optional.empty();
    }
    LeaseFile lease = read.get();
    boolean whole =
        lease.released
            && !damaged.contains(lease.run)
            && lease.hasWholeJournal(output, configuration);
    return whole
        ? Optional.empty()
        : Optional.of(
            new UnfinishedRun(
                number,
                Instant.parse(lease.taken).toEpochMilli(),
                lease.end().toEpochMilli(),
                lease.planned(output, configuration)));
  }

  /**
   * The number of the last run that a folder's journal knows; 0 without a journal. Later runs need
   * later numbers, even where somebody has copied the journal or deleted the leases. Of a plan that
   * is not whole, the readable part counts.
   */
  static long lastOfJournal(String output, Configuration configuration) throws IOException {
    Path journal = new Path(output, OutputLayout.JOURNAL);
    long last = 0;
    for (FileStatus run : FileTree.children(journal, configuration)) {
      if (run.isDirectory()) {
        last = Math.max(last, numberOf(new Path(run.getPath(), OutputLayout.PLAN), configuration));
      }
    }
    return last;
  }

  /** Searches the text, because a plan may be cut off, or longer than what was read of it. */
  private static long numberOf(Path plan, Configuration configuration) throws IOException {
    try {
      byte[] text = FileTree.head(plan, MAX_BYTES, configuration);
      Matcher number = PLAN_NUMBER.matcher(new String(text, StandardCharsets.UTF_8));
      return number.find() ? Long.parseLong(number.group(1)) : 0;
    } catch (FileNotFoundException e) {
      return 0;
    }
  }

  /**
   * Whether the run has gathered its rows at its end, and none have been damaged since. A run that
   * had something to do and has no rows of its own was broken off.
   */
  private boolean hasWholeJournal(String output, Configuration configuration) throws IOException {
    Path journal = new Path(output, OutputLayout.JOURNAL + "/" + run);
    boolean hasRows = false;
    for (FileStatus part : FileTree.children(journal, configuration)) {
      if (part.isDirectory() || part.getPath().getName().endsWith(DAMAGED)) {
        return false;
      }
      hasRows |= part.getPath().getName().startsWith("rows-");
    }
    if (hasRows) {
      return true;
    }
    try {
      byte[] plan = FileTree.head(new Path(journal, OutputLayout.PLAN), MAX_BYTES, configuration);
      return NOTHING_TO_DO.matcher(new String(plan, StandardCharsets.UTF_8)).find();
    } catch (FileNotFoundException e) {
      return false;
    }
  }

  /** When the run stored its plan, as {@link UnfinishedRun} has it. */
  long planned(String output, Configuration configuration) throws IOException {
    Path plan = new Path(output, OutputLayout.JOURNAL + "/" + run + "/" + OutputLayout.PLAN);
    FileSystem files = plan.getFileSystem(configuration);
    try {
      return Retries.call(() -> files.getFileStatus(plan)).getModificationTime();
    } catch (FileNotFoundException e) {
      return Long.MAX_VALUE;
    }
  }

  /**
   * Reads a lease; empty if it is not there or not whole.
   *
   * @throws IOException also when a later release wrote it
   */
  static Optional<LeaseFile> read(String output, long number, Configuration configuration)
      throws IOException {
    Path file = path(output, number);
    try {
      byte[] json = FileTree.head(file, MAX_BYTES, configuration);
      return parse(file, StrictJson.MAPPER.readTree(json));
    } catch (FileNotFoundException | JsonProcessingException | DateTimeParseException e) {
      return Optional.empty();
    }
  }

  private static Optional<LeaseFile> parse(Path file, JsonNode json) throws IOException {
    if (json.path("version").asInt() > VERSION) {
      throw new IOException(
          "%s has version %s, and this release reads version %d. A later release holds this folder."
              .formatted(file, json.path("version").asText(), VERSION));
    }
    if (json instanceof ObjectNode older && !older.has("lasts")) {
      older.put("lasts", USUAL.toString());
    }
    LeaseFile lease = StrictJson.MAPPER.treeToValue(json, LeaseFile.class);
    if (lease == null) {
      return Optional.empty();
    }
    lease.end();
    Instant.parse(lease.taken());
    Duration lasts = lease.duration();
    boolean sound = lasts.compareTo(Duration.ZERO) > 0 && lasts.compareTo(LONGEST) <= 0;
    return sound ? Optional.of(lease) : Optional.empty();
  }

  /**
   * When it ends unless it is renewed.
   *
   * @throws DateTimeParseException when it does not hold a time
   */
  Instant end() {
    return Instant.parse(deadline);
  }

  /**
   * How long it lasts without renewal.
   *
   * @throws DateTimeParseException when it does not hold a duration
   */
  Duration duration() {
    return Duration.parse(lasts);
  }

  /**
   * Writes a lease whose number nobody has taken.
   *
   * @return whether it was written; false when somebody was quicker
   */
  boolean create(String output, Configuration configuration) throws IOException {
    byte[] json = StrictJson.MAPPER.writeValueAsBytes(this);
    NewFiles.create(path(output, number), json, configuration);
    if (number > KEPT) {
      Path old = path(output, number - KEPT);
      Retries.run(() -> old.getFileSystem(configuration).delete(old, false));
    }
    // The file may be ours although the store's answer was lost, and another run's although ours
    // was written: a store without conditional writes lets the last of two writers win.
    return read(output, number, configuration).filter(this::equals).isPresent();
  }

  /** Writes it again with other content. Only its holder may do so. */
  void replace(String output, Configuration configuration) throws IOException {
    byte[] json = StrictJson.MAPPER.writeValueAsBytes(this);
    AtomicFiles.write(path(output, number), configuration, stream -> stream.write(json));
  }

  LeaseFile renewed(Instant until) {
    return new LeaseFile(
        version, number, run, job, holder, taken, until.toString(), lasts, renewals + 1, false);
  }

  LeaseFile withRelease() {
    return new LeaseFile(version, number, run, job, holder, taken, deadline, lasts, renewals, true);
  }

  /** For messages: which run, of what, where, since when. */
  String describe() {
    return "run %s (%s), process %d on host %s, since %s, until %s unless it is renewed"
        .formatted(run, job, holder.pid(), holder.host(), taken, deadline);
  }
}
