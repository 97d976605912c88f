package io.stemspark.internal.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.stemspark.TestSpark;
import io.stemspark.internal.corpus.AudioFile;
import io.stemspark.internal.corpus.CorpusEntries;
import io.stemspark.internal.corpus.CorpusEntry;
import io.stemspark.internal.corpus.CorpusNote;
import io.stemspark.internal.corpus.Track;
import io.stemspark.internal.journal.Fingerprint;
import io.stemspark.internal.journal.JournalEntry;
import io.stemspark.internal.journal.OutputContract;
import io.stemspark.internal.journal.RunJournal;
import io.stemspark.internal.journal.StoredFile;
import io.stemspark.internal.journal.TrackResult.Status;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.SerializableConfiguration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The driver plans as executors do, whatever the corpus and the journal hold. */
@Tag("integration")
class RunPlanTest {
  private static final String CORPUS = "file:/corpus";
  private static final int TRIALS = 8;

  @TempDir Path folder;

  @Test
  void theDriverPlansAsExecutorsDo() throws IOException {
    try (SparkSession spark = TestSpark.local()) {
      JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
      var hadoop = context.broadcast(new SerializableConfiguration(new Configuration()));
      for (int seed = 0; seed < TRIALS; seed++) {
        Random random = new Random(seed);
        Path output = Files.createDirectory(folder.resolve("out" + seed));
        writeJournal(output.toUri().toString(), random);
        assertSame(context, hadoop, output.toUri().toString(), entries(random), random);
      }
    }
  }

  private void assertSame(
      JavaSparkContext context,
      Broadcast<SerializableConfiguration> hadoop,
      String output,
      List<CorpusEntry> entries,
      Random random)
      throws IOException {
    long limit = random.nextBoolean() ? Long.MAX_VALUE : 5;
    IncrementalPlanner planner =
        new IncrementalPlanner(
            new Contract(output, random.nextBoolean()),
            new Selection(random.nextBoolean(), random.nextInt(4) == 0, Long.MIN_VALUE, limit),
            CORPUS,
            false,
            CorpusGuard.NONE);
    RunPlan here = plan(context, hadoop, output, planner, Optional.of(entries), entries);
    RunPlan there = plan(context, hadoop, output, planner, Optional.empty(), entries);
    assertThat(here).isInstanceOf(DriverPlan.class);
    assertThat(there).isInstanceOf(StoredPlan.class);
    assertThat(here.summary().describe(2).lines())
        .containsExactlyInAnyOrderElementsOf(there.summary().describe(2).lines().toList());
    assertThat(here.summary().pending()).isEqualTo(there.summary().pending());
    assertThat(here.removed()).containsExactlyInAnyOrderElementsOf(there.removed());
    assertThat(here.pending(context).collect())
        .containsExactlyInAnyOrderElementsOf(there.pending(context).collect());
    assertThat(sorted(here.longTracks(context))).isEqualTo(sorted(there.longTracks(context)));
    Set<String> apart = Set.of("t3", "t7");
    assertThat(here.partitions(context, apart).glom().collect())
        .isEqualTo(there.partitions(context, apart).glom().collect());
  }

  private RunPlan plan(
      JavaSparkContext context,
      Broadcast<SerializableConfiguration> hadoop,
      String output,
      IncrementalPlanner planner,
      Optional<List<CorpusEntry>> few,
      List<CorpusEntry> entries)
      throws IOException {
    JavaRDD<CorpusEntry> rdd = context.parallelize(entries, 3);
    org.apache.hadoop.fs.Path place = new org.apache.hadoop.fs.Path(output, "plan");
    return RunPlan.of(context, new CorpusEntries(few, () -> rdd), output, planner, place, hadoop);
  }

  private static List<Track> sorted(List<Track> tracks) {
    return tracks.stream().sorted(Comparator.comparing(Track::id)).toList();
  }

  /** Some tracks, some of them long, some twice or called alike, and notes. */
  private static List<CorpusEntry> entries(Random random) {
    List<Track> tracks = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      if (random.nextInt(4) > 0) {
        tracks.add(track(i, 1 + random.nextInt(1 << 22)));
      }
    }
    tracks.add(track(40, 30 << 20));
    tracks.add(tracks.get(random.nextInt(tracks.size())));
    tracks.add(track(random.nextInt(40), 3));
    tracks.sort(Comparator.comparing(Track::id));
    Stream<CorpusNote> notes =
        Stream.of("a", "b").map(name -> CorpusNote.of(CorpusNote.Kind.OTHER_NAME, ".txt", name));
    return Stream.<CorpusEntry>concat(notes, tracks.stream()).toList();
  }

  private static Track track(int number, long bytes) {
    String id = "t" + number;
    AudioFile file = new AudioFile(CORPUS + "/" + id, -1, bytes, "v", 5);
    return new Track(id, "train", file, null, List.of());
  }

  /** Rows of tracks that are done, have failed, or are not in the corpus any more. */
  private void writeJournal(String output, Random random) throws IOException {
    List<JournalEntry> rows = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      boolean done = random.nextInt(3) > 0;
      if (random.nextBoolean()) {
        rows.add(
            new JournalEntry(
                2,
                1,
                "earlier",
                CORPUS,
                1,
                "t" + i,
                "train",
                done ? Status.DONE : Status.FAILED,
                done ? "" : "broken",
                random.nextBoolean(),
                List.of(new AudioFile(CORPUS + "/t" + i, -1, 100, "v", 5)),
                new Fingerprint("t" + i, "model", random.nextInt(4) == 0 ? "other" : "settings"),
                2,
                1,
                output,
                done ? List.of(new StoredFile("t" + i + ".wav", 7)) : List.of(),
                null,
                "",
                null));
        if (done && random.nextInt(4) > 0) {
          Files.write(Path.of(URI.create(output)).resolve("t" + i + ".wav"), new byte[7]);
        }
      }
    }
    RunJournal.gather(output, "earlier", Map.of(output + "/task", rows), new Configuration());
  }

  private record Contract(String output, boolean ownsFiles) implements OutputContract {
    @Override
    public List<AudioFile> inputs(Track track) {
      return List.of(track.mixture());
    }

    @Override
    public Fingerprint fingerprint(Track track) {
      return new Fingerprint(track.id(), "model", "settings");
    }

    @Override
    public Fingerprint formerFingerprint(Track track) {
      return fingerprint(track);
    }

    /** Two of the tracks in the same place. */
    @Override
    public List<String> places(Track track) {
      return ownsFiles
          ? List.of((track.id().equals("t9") ? "t8" : track.id()) + ".wav")
          : List.of();
    }

    @Override
    public boolean dependsOnSplit() {
      return true;
    }

    @Override
    public boolean idsGivePlaces() {
      return false;
    }
  }
}
