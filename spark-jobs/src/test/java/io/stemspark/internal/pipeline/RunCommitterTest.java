package io.stemspark.internal.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stemspark.TestSpark;
import io.stemspark.audio.DecodingConfig;
import io.stemspark.internal.corpus.AudioFile;
import io.stemspark.internal.corpus.Track;
import io.stemspark.internal.features.ExtractionConfig;
import io.stemspark.internal.features.ExtractionContract;
import io.stemspark.internal.journal.JournalEntry;
import io.stemspark.internal.journal.RunJournal;
import io.stemspark.internal.journal.RunProgress;
import io.stemspark.internal.journal.StoredFile;
import io.stemspark.internal.journal.TaskJournal;
import io.stemspark.internal.journal.TrackResult;
import io.stemspark.internal.lease.Fence;
import io.stemspark.internal.lease.Lease;
import io.stemspark.internal.storage.StagedFiles;
import io.stemspark.patch.PatchConfig;
import io.stemspark.separation.StageTimes;
import io.stemspark.spectrogram.StftConfig;
import io.stemspark.spectrogram.StftConfig.Window;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("integration")
class RunCommitterTest {
  private static final Configuration HADOOP = new Configuration();
  private static SparkSession spark;

  @TempDir Path folder;
  private String output;
  private Lease lease;

  @BeforeAll
  static void start() {
    spark = TestSpark.local();
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  @BeforeEach
  void hold() throws IOException {
    output = folder.toUri().toString();
    lease = Lease.take(output, "extract", "run-1", Duration.ofMinutes(1), false, HADOOP);
  }

  @AfterEach
  void release() {
    lease.close();
  }

  @Test
  void whatRowsTellOfAppearsAndTheirPartsBecomeOne() throws IOException {
    task(0, "a", stage("a.parquet"));
    task(1, "b", stage("b.parquet"));
    stage("of-no-row.parquet");
    assertThat(folder.resolve("a.parquet")).doesNotExist();
    committer().publish();
    assertThat(folder.resolve("a.parquet")).hasContent("rows");
    assertThat(folder.resolve("b.parquet")).hasContent("rows");
    assertThat(folder.resolve("of-no-row.parquet")).doesNotExist();
    assertThat(new StagedFiles(output, HADOOP).isThere("of-no-row.parquet", 4)).isFalse();
    assertThat(RunJournal.parts(output, HADOOP)).hasSize(1).noneMatch(RunJournal::isOpen);
    assertThat(tracks()).containsExactlyInAnyOrder("a", "b");
  }

  @Test
  void whatIsGoneIsToldAndDoneAgain() throws IOException {
    StoredFile lost = stage("lost.parquet");
    task(0, "a", stage("a.parquet"));
    task(1, "lost", lost);
    new StagedFiles(output, HADOOP).discard("lost.parquet");
    assertThatThrownBy(() -> committer().publish())
        .hasMessageContaining(
            "The stored files of 1 tracks are missing, for example those of lost.")
        .hasMessageContaining("Start the run again");
    assertThat(folder.resolve("a.parquet")).hasContent("rows");
    assertThat(tracks()).containsExactly("a");
  }

  /** A run that was killed between publishing and gathering has published. */
  @Test
  void aSecondTimeChangesNothing() throws IOException {
    StoredFile file = stage("a.parquet");
    task(0, "a", file);
    new StagedFiles(output, HADOOP).publish("a.parquet", file.bytes());
    committer().publish();
    committer().publish();
    assertThat(folder.resolve("a.parquet")).hasContent("rows");
    assertThat(tracks()).containsExactly("a");
  }

  private RunCommitter committer() throws IOException {
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    return new RunCommitter(
        context,
        new Broadcasts(context).sendHadoop(),
        lease.fence(),
        RunCommitter.open(output, context.hadoopConfiguration()));
  }

  private StoredFile stage(String name) throws IOException {
    Path local = Files.writeString(Files.createTempFile("rows", ""), "rows");
    new StagedFiles(output, HADOOP).stage(local, name);
    return new StoredFile(name, 4);
  }

  private void task(int number, String track, StoredFile file) throws IOException {
    Fence fence = lease.fence();
    ExtractionContract contract =
        new ExtractionContract(
            DecodingConfig.standard(),
            new StftConfig(8000, 64, 16, Window.HANN),
            new PatchConfig(8, 32),
            ExtractionConfig.ALL_TRACKS,
            output);
    AudioFile mixture = new AudioFile("file:/m", -1, 9, "tag", 5);
    try (TaskJournal journal =
        new TaskJournal.Opening(fence, "", contract)
            .open(number, "0-0", RunProgress.NONE, () -> {}, HADOOP)) {
      journal.add(
          new Track(track, "train", mixture, null, List.of()),
          TrackResult.done(track, "", 1, 1, StageTimes.NONE).writing(List.of(file)));
    }
  }

  private List<String> tracks() throws IOException {
    List<JournalEntry> rows = new ArrayList<>();
    for (String part : RunJournal.parts(output, HADOOP)) {
      RunJournal.read(part, HADOOP, rows::add);
    }
    return rows.stream().map(JournalEntry::trackId).toList();
  }
}
