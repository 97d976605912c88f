package io.stemspark.internal.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stemspark.audio.DecodingConfig;
import io.stemspark.internal.corpus.AudioFile;
import io.stemspark.internal.corpus.Track;
import io.stemspark.internal.dataset.FeatureRow;
import io.stemspark.internal.journal.JournalEntry;
import io.stemspark.internal.journal.RunJournal;
import io.stemspark.internal.journal.RunProgress;
import io.stemspark.internal.journal.StoredFile;
import io.stemspark.internal.journal.TaskJournal;
import io.stemspark.internal.journal.TrackResult;
import io.stemspark.internal.lease.Fence;
import io.stemspark.internal.storage.StagedFiles;
import io.stemspark.network.Stem;
import io.stemspark.patch.Patch;
import io.stemspark.patch.PatchConfig;
import io.stemspark.separation.StageTimes;
import io.stemspark.spectrogram.Spectrogram;
import io.stemspark.spectrogram.StftConfig;
import io.stemspark.spectrogram.StftConfig.Window;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.hadoop.example.GroupReadSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatasetPartTest {
  private static final int FRAMES = 16;
  private static final int BINS = 64;

  /**
   * Rows are noise, so that they take what their numbers take: 4 KiB for the real, as imaginary.
   */
  private static final long FILE_BYTES = 100_000;

  private static final Configuration HADOOP = hadoop();

  @TempDir Path output;
  private final Random random = new Random(1);
  private TaskJournal journal;
  private DatasetPart part;

  private static Configuration hadoop() {
    return new Configuration();
  }

  @BeforeEach
  void open() throws IOException {
    ExtractionContract task =
        new ExtractionContract(
            new DecodingConfig(
                DecodingConfig.Isolation.NONE, 768, Duration.ofMinutes(1), Duration.ofHours(1)),
            new StftConfig(44_100, 128, 32, Window.HANN),
            new PatchConfig(FRAMES, BINS),
            ExtractionConfig.ALL_TRACKS,
            output.toString());
    journal =
        new TaskJournal.Opening(new Fence(output.toString(), "run", 1), "", task)
            .open(0, "0-0", RunProgress.NONE, () -> {}, HADOOP);
    part =
        new DatasetPart(
            output.toString(),
            "part",
            List.of(Stem.VOCALS, Stem.ACCOMPANIMENT),
            journal,
            HADOOP,
            FILE_BYTES);
  }

  @Test
  void smallTracksShareAFile() throws IOException {
    write("a", 2, true);
    write("b", 3, true);
    assertThat(finish()).containsOnly(Map.entry("a", 2), Map.entry("b", 3)).hasSize(2);
    assertThat(files("a")).hasSize(1).isEqualTo(files("b"));
  }

  @Test
  void aTrackThatFailsMidwayLeavesNoRows() throws IOException {
    write("a", 2, true);
    write("broken", 2, false);
    write("b", 1, true);
    write("broken too", 1, false);
    assertThat(finish()).containsOnly(Map.entry("a", 2), Map.entry("b", 1));
  }

  @Test
  void aLongTrackHasFilesOfItsOwn() throws IOException {
    write("a", 2, true);
    write("long", 40, true);
    write("b", 2, true);
    assertThat(finish()).containsOnly(Map.entry("a", 2), Map.entry("b", 2), Map.entry("long", 40));
    assertThat(files("long")).hasSizeGreaterThan(1).doesNotContainAnyElementsOf(files("a"));
    assertThat(files("long")).doesNotContainAnyElementsOf(files("b"));
  }

  @Test
  void aLongTrackThatFailsTakesItsFilesAlong() throws IOException {
    write("a", 2, true);
    write("long", 40, false);
    assertThat(finish()).containsOnly(Map.entry("a", 2));
    try (var files = Files.walk(output)) {
      assertThat(files.filter(file -> file.toString().endsWith(".staged"))).isEmpty();
    }
  }

  @Test
  void aLongTrackThatCannotBeStoredIsGivenUpAlone() throws IOException {
    Path inTheWay = output.resolve("_stemspark/staged");
    Files.createDirectories(inTheWay.getParent());
    Files.createFile(inTheWay);
    try (DatasetPart.Rows rows = part.begin(track("long"))) {
      assertThatThrownBy(() -> write(rows, "long", 40)).isInstanceOf(IOException.class);
    }
    Files.delete(inTheWay);
    write("a", 2, true);
    assertThat(finish()).containsOnly(Map.entry("a", 2));
  }

  @Test
  void filesAreStoredOnceTheyAreLargeEnough() throws IOException {
    for (int t = 0; t < 20; t++) {
      write("t" + t, 1, true);
    }
    finish();
    assertThat(files("t0")).doesNotContainAnyElementsOf(files("t19"));
    assertThat(files("t0")).isEqualTo(files("t1"));
  }

  @Test
  void aTrackWithoutRowsIsDoneAllTheSame() throws IOException {
    write("nothing", 0, true);
    assertThat(finish()).isEmpty();
    assertThat(rows()).extracting(JournalEntry::trackId).containsExactly("nothing");
  }

  private void write(String id, int count, boolean succeeds) throws IOException {
    try (DatasetPart.Rows rows = part.begin(track(id))) {
      write(rows, id, count);
      if (succeeds) {
        rows.commit(TrackResult.done(id, "", 1, 1, StageTimes.NONE));
      }
    }
  }

  private static Track track(String id) {
    AudioFile file = new AudioFile("file:/" + id, -1, 1, "v", 1);
    return new Track(id, "train", file, null, List.of());
  }

  private void write(DatasetPart.Rows rows, String id, int count) throws IOException {
    for (int i = 0; i < count; i++) {
      Spectrogram noise = new Spectrogram(FRAMES, BINS);
      for (int k = 0; k < noise.real().length; k++) {
        noise.real()[k] = random.nextFloat();
        noise.imag()[k] = random.nextFloat();
      }
      rows.write(FeatureRow.ofMixture(id, 0, new Patch(i * FRAMES, noise)));
    }
  }

  /** Rows by track, once everything has appeared. */
  private Map<String, Integer> finish() throws IOException {
    part.finish();
    part.close();
    journal.close();
    StagedFiles staged = new StagedFiles(output.toString(), HADOOP);
    Map<String, Integer> counts = new TreeMap<>();
    for (StoredFile file :
        rows().stream().flatMap(row -> row.outputs().stream()).distinct().toList()) {
      staged.publish(file.path(), file.bytes());
      try (ParquetReader<Group> reader =
          ParquetReader.builder(
                  new GroupReadSupport(), new org.apache.hadoop.fs.Path(file.in(output.toString())))
              .build()) {
        for (Group row = reader.read(); row != null; row = reader.read()) {
          counts.merge(row.getString("track_id", 0), 1, Integer::sum);
        }
      }
    }
    return counts;
  }

  private List<JournalEntry> rows() throws IOException {
    List<JournalEntry> rows = new ArrayList<>();
    for (String task : RunJournal.parts(output.toString(), HADOOP)) {
      RunJournal.read(task, HADOOP, rows::add);
    }
    return rows;
  }

  private List<String> files(String track) throws IOException {
    return rows().stream()
        .filter(row -> row.trackId().equals(track))
        .flatMap(row -> row.outputs().stream())
        .map(StoredFile::path)
        .toList();
  }
}
