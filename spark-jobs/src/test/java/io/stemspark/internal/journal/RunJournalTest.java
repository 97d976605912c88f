package io.stemspark.internal.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stemspark.audio.AudioException;
import io.stemspark.internal.corpus.AudioFile;
import io.stemspark.internal.corpus.MissingInputException;
import io.stemspark.internal.corpus.Track;
import io.stemspark.internal.lease.Fence;
import io.stemspark.separation.StageTimes;
import io.stemspark.separation.StemQuality;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RunJournalTest {
  private static final Configuration HADOOP = new Configuration();
  private static final String RUN = "run-1";

  @TempDir Path output;

  @Test
  void onlyAMissingInputIsTheTracksOwnFault() {
    Throwable input = new MissingInputException("file:/a.wav: no such file");
    assertThat(TrackResult.failed("a", input, 0).fault()).isTrue();
    Throwable output = new FileNotFoundException("s3a://bucket/out/a/vocals.wav: no such bucket");
    assertThat(TrackResult.failed("a", output, 0).fault()).isFalse();
  }

  @Test
  void rowsComeBackAsTheyWereWritten() throws IOException {
    String odd = "a/\u00e9 \"b\"";
    TrackResult done =
        TrackResult.done(odd, "note", 3.5, 1.25, StageTimes.NONE)
            .writing(List.of(new StoredFile("x/y", 17)))
            .with(
                new StemQuality(
                    Map.of("vocals", 0.25, "drums", 0.75), -0.125, 0.5, Map.of("vocals", 3L)))
            .sounding("0123456789abcdef".repeat(8));
    TrackResult failed = TrackResult.failed("c", new AudioException("c", "broken"), 0.5);
    try (TaskJournal journal = open(0, 0)) {
      journal.add(track(odd), done);
      journal.add(track("c"), failed);
    }
    List<JournalEntry> rows = rows();
    assertThat(rows).extracting(JournalEntry::outcome).containsExactly(done, failed);
    assertThat(rows).extracting(JournalEntry::fault).containsExactly(false, true);
    assertThat(rows.get(0).inputs()).containsExactly(track("").mixture());
    assertThat(rows.get(0).run()).isEqualTo(RUN);
  }

  @Test
  void aSecondAttemptKnowsWhatTheFirstDid() throws IOException {
    try (TaskJournal first = open(3, 0)) {
      first.add(track("done"), TrackResult.done("done", "", 2, 1, StageTimes.NONE));
      first.add(track("bad"), TrackResult.failed("bad", new AudioException("bad", "broken"), 1));
      first.add(track("unlucky"), TrackResult.failed("unlucky", new IOException("disk full"), 1));
    }
    try (TaskJournal second = open(3, 1);
        TaskJournal other = open(4, 1)) {
      assertThat(second.has("done")).isTrue();
      assertThat(second.has("bad")).isTrue();
      assertThat(second.has("unlucky")).isFalse();
      assertThat(second.summary().done()).isEqualTo(1);
      assertThat(second.summary().failed()).isEqualTo(1);
      assertThat(other.has("done")).isFalse();
    }
  }

  @Test
  void gatheringKeepsEveryRow() throws IOException {
    for (int chunk = 0; chunk < 5; chunk++) {
      try (TaskJournal journal = open(chunk, 0)) {
        String id = "t" + chunk;
        journal.add(track(id), TrackResult.done(id, "", 1, 1, StageTimes.NONE));
      }
    }
    List<JournalEntry> before = rows();
    assertThat(before).hasSize(5);
    List<String> tasks = RunJournal.parts(output.toString(), HADOOP);
    assertThat(tasks).hasSize(5).allMatch(RunJournal::isOpen);
    Map<String, List<JournalEntry>> rows = new TreeMap<>();
    for (String task : tasks) {
      rows.put(task, RunJournal.readTask(new org.apache.hadoop.fs.Path(task), HADOOP));
    }
    RunJournal.gather(output.toString(), RUN, rows, HADOOP);
    assertThat(RunJournal.parts(output.toString(), HADOOP))
        .hasSize(1)
        .noneMatch(RunJournal::isOpen);
    assertThat(rows()).containsExactlyInAnyOrderElementsOf(before);
  }

  /** A file that somebody has unpacked is read, and stands for itself alone. */
  @Test
  void unpackedRowsAreRowsToo() throws IOException {
    gatheringKeepsEveryRow();
    List<JournalEntry> before = rows();
    Path packed = Path.of(URI.create(RunJournal.parts(output.toUri().toString(), HADOOP).get(0)));
    Path unpacked = packed.resolveSibling(packed.getFileName().toString().replace(".gz", ""));
    try (GZIPInputStream content = new GZIPInputStream(Files.newInputStream(packed))) {
      Files.copy(content, unpacked);
    }
    Files.delete(packed);
    assertThat(RunJournal.parts(output.toString(), HADOOP))
        .hasSize(1)
        .noneMatch(RunJournal::isOpen);
    assertThat(rows()).containsExactlyInAnyOrderElementsOf(before);
  }

  @ParameterizedTest
  @ValueSource(strings = {"track_id", "status", "fingerprint", "model", "output", "uri", "path"})
  void aRowLacksNothingThatMatters(String field) throws IOException {
    try (TaskJournal journal = open(0, 0)) {
      TrackResult done = TrackResult.done("a", "", 1, 1, StageTimes.NONE);
      journal.add(track("a"), done.writing(List.of(new StoredFile("a/vocals.wav", 1))));
    }
    Path task = Path.of(URI.create(RunJournal.parts(output.toUri().toString(), HADOOP).get(0)));
    try (Stream<Path> files = Files.walk(task)) {
      Path file = files.filter(Files::isRegularFile).findFirst().orElseThrow();
      String row = Files.readString(file);
      String without =
          row.replaceFirst("\"" + field + "\":(\"[^\"]*\"|\\{[^}]*\\})", "\"" + field + "\":null");
      assertThat(without).isNotEqualTo(row);
      Files.writeString(file, without);
    }
    List<JournalDamage> damages = new ArrayList<>();
    RunJournal.read(task.toString(), HADOOP, row -> {}, damages::add);
    assertThat(damages)
        .singleElement()
        .satisfies(d -> assertThat(d.describe()).contains("is null"));
  }

  @Test
  void ofTwoAttemptsAtTheSameTimeTheFullerCounts() throws IOException {
    try (TaskJournal one = open(0, 0);
        TaskJournal two = open(0, 1)) {
      one.add(track("a"), TrackResult.done("a", "one", 1, 1, StageTimes.NONE));
      two.add(track("a"), TrackResult.done("a", "two", 1, 1, StageTimes.NONE));
      two.add(track("b"), TrackResult.done("b", "two", 1, 1, StageTimes.NONE));
    }
    assertThat(rows()).extracting(JournalEntry::note).containsExactly("two", "two");
  }

  @Test
  void whatAnotherAttemptMadeGoodCountsAsDone() throws IOException {
    try (TaskJournal first = open(0, 0)) {
      first.add(track("a"), TrackResult.done("a", "", 1, 1, StageTimes.NONE));
      first.add(track("b"), TrackResult.failed("b", new IOException("disk full"), 1));
    }
    try (TaskJournal second = open(0, 1)) {
      assertThat(second.has("b")).isFalse();
      second.add(track("b"), TrackResult.done("b", "", 1, 1, StageTimes.NONE));
    }
    assertThat(rows())
        .extracting(JournalEntry::status)
        .containsExactly(TrackResult.Status.DONE, TrackResult.Status.DONE);
  }

  @Test
  void whatFailedByNoFaultOfItsOwnIsLeftToAnotherAttempt() throws IOException {
    try (TaskJournal journal = open(0, 0)) {
      journal.add(track("bad"), TrackResult.failed("bad", new AudioException("bad", "broken"), 1));
      journal.requireNothingToRetry();
      journal.add(track("a"), TrackResult.failed("a", new IOException("disk full"), 1));
      assertThatThrownBy(journal::requireNothingToRetry)
          .hasMessageContaining("1 tracks")
          .hasMessageContaining("a: disk full");
    }
  }

  @Test
  void aDamagedLineCostsOnlyItself() throws IOException {
    try (TaskJournal journal = open(0, 0)) {
      journal.add(track("a"), TrackResult.done("a", "", 1, 1, StageTimes.NONE));
      journal.add(track("b"), TrackResult.done("b", "", 1, 1, StageTimes.NONE));
    }
    Path file = Path.of(plainFile());
    List<String> lines = Files.readAllLines(file);
    Files.write(file, List.of(lines.get(0), "{\"run\": 3}", lines.get(1)));
    List<JournalDamage> damages = new ArrayList<>();
    assertThat(rows(damages)).extracting(JournalEntry::trackId).containsExactly("a", "b");
    assertThat(damages).hasSize(1);
    assertThat(damages.get(0).describe()).contains(file.toString()).contains("line 2 is not a row");
    RunJournal.repair(damages.get(0), HADOOP);
    damages.clear();
    assertThat(rows(damages)).extracting(JournalEntry::trackId).containsExactly("a", "b");
    assertThat(damages).isEmpty();
    Path attempt = file.getParent();
    Path task = attempt.getParent();
    // It outlives its task's folder, which goes when rows are gathered.
    Path aside =
        task.resolveSibling(
            "%s-%s-%s.damaged"
                .formatted(task.getFileName(), attempt.getFileName(), file.getFileName()));
    assertThat(aside).content().contains("{\"run\": 3}");
    assertThat(file).doesNotExist();
  }

  @Test
  void aTruncatedFileCostsOnlyItsLastRows() throws IOException {
    List<String> ids = IntStream.range(0, 500).mapToObj(i -> "track " + i).toList();
    try (TaskJournal journal = open(0, 0)) {
      for (String id : ids) {
        journal.add(track(id), TrackResult.done(id, UUID.randomUUID() + "", 1, 1, StageTimes.NONE));
      }
    }
    String task = RunJournal.parts(output.toString(), HADOOP).get(0);
    List<JournalEntry> all = RunJournal.readTask(new org.apache.hadoop.fs.Path(task), HADOOP);
    RunJournal.gather(output.toString(), RUN, Map.of(task, all), HADOOP);
    Path file =
        Path.of(RunJournal.parts(output.toString(), HADOOP).get(0).replaceFirst("^file:", ""));
    byte[] whole = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(whole, whole.length / 2));
    List<JournalDamage> damages = new ArrayList<>();
    List<JournalEntry> kept = rows(damages);
    assertThat(kept).hasSizeBetween(50, 450);
    assertThat(damages).hasSize(1);
    assertThat(damages.get(0).describe())
        .contains(file.getFileName().toString())
        .contains("breaks off in line");
    RunJournal.repair(damages.get(0), HADOOP);
    damages.clear();
    assertThat(rows(damages)).containsExactlyElementsOf(kept);
    assertThat(damages).isEmpty();
  }

  @Test
  void aRowOfALaterReleaseIsNotTakenForDamage() throws IOException {
    try (TaskJournal journal = open(0, 0)) {
      journal.add(track("a"), TrackResult.done("a", "", 1, 1, StageTimes.NONE));
    }
    Path file = Path.of(plainFile());
    Files.writeString(
        file,
        Files.readString(file)
            .replace("\"version\":3,\"number\"", "\"version\":4,\"number\"")
            .replaceFirst("\"fingerprint\":\\{[^}]*\\},", ""));
    assertThatThrownBy(this::rows)
        .isInstanceOf(IOException.class)
        .hasMessageContaining(file.getFileName() + ", line 1 has version 4")
        .hasMessageContaining("A later release wrote it");
  }

  private String plainFile() throws IOException {
    try (Stream<Path> files = Files.walk(output)) {
      return files.filter(file -> file.toString().endsWith(".jsonl")).findAny().orElseThrow() + "";
    }
  }

  private List<JournalEntry> rows(List<JournalDamage> damages) throws IOException {
    List<JournalEntry> rows = new ArrayList<>();
    for (String part : RunJournal.parts(output.toString(), HADOOP)) {
      RunJournal.read(part, HADOOP, rows::add, damages::add);
    }
    return rows;
  }

  private TaskJournal open(int chunk, int attempt) throws IOException {
    return new TaskJournal.Opening(new Fence(output.toString(), RUN, 7), "", new FixedRules())
        .open(chunk, "0-" + attempt, RunProgress.NONE, () -> {}, HADOOP);
  }

  private List<JournalEntry> rows() throws IOException {
    List<JournalEntry> rows = new ArrayList<>();
    for (String part : RunJournal.parts(output.toString(), HADOOP)) {
      RunJournal.read(part, HADOOP, rows::add);
    }
    return rows;
  }

  private static Track track(String id) {
    return new Track(id, "train", new AudioFile("file:/m", -1, 9, "tag", 5), null, List.of());
  }

  private record FixedRules() implements OutputContract {
    @Override
    public String output() {
      return "file:/out";
    }

    @Override
    public List<AudioFile> inputs(Track track) {
      return List.of(track.mixture());
    }

    @Override
    public Fingerprint fingerprint(Track track) {
      return new Fingerprint(Fingerprint.ofFiles(inputs(track)), "m", "s");
    }

    @Override
    public Fingerprint formerFingerprint(Track track) {
      return new Fingerprint("former", "m", "s");
    }

    @Override
    public List<String> places(Track track) {
      return List.of(track.id());
    }

    @Override
    public boolean dependsOnSplit() {
      return false;
    }

    @Override
    public boolean idsGivePlaces() {
      return true;
    }

    @Override
    public boolean ownsFiles() {
      return true;
    }
  }
}
