package io.stemspark.benchmarks;

import io.stemspark.bundle.ModelBundle;
import io.stemspark.internal.config.JobSettings;
import io.stemspark.internal.corpus.CorpusSource;
import io.stemspark.internal.corpus.Track;
import io.stemspark.internal.jobs.SeparateJob;
import io.stemspark.internal.journal.RunProgress;
import io.stemspark.internal.journal.StoredFile;
import io.stemspark.internal.journal.TaskJournal;
import io.stemspark.internal.journal.TrackResult;
import io.stemspark.internal.lease.Fence;
import io.stemspark.internal.plan.PlanSummary;
import io.stemspark.internal.plan.Selection;
import io.stemspark.internal.session.SparkSettings;
import io.stemspark.internal.stems.SeparationContract;
import io.stemspark.separation.StageTimes;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.util.SerializableConfiguration;

/**
 * How long a run over a large catalogue takes before its first track: a folder tree and a list of
 * as many tracks as the argument says (a million by default), none of them done, then all of them.
 * The files are real but hold a byte each; the ledger is written as a run writes it.
 */
public final class CatalogueBenchmark {
  private static final int TRACKS_PER_FOLDER = 1000;
  private static final int TRACKS_PER_TASK = 500;

  private final int tracks;
  private final Path folder;
  private final Path bundle;
  private final JobSettings settings;
  private final SparkSettings spark;

  private CatalogueBenchmark(int tracks, Path folder) {
    this.tracks = tracks;
    this.folder = folder;
    this.bundle = Path.of(System.getProperty("stemspark.root")).resolve("demo/starter.bundle");
    this.settings =
        JobSettings.load(
            List.of(),
            List.of(
                "spark.driver.maxResultSize=256m",
                "spark.ui.enabled=false",
                "spark.local.dir=" + folder.resolve("spark")));
    this.spark = new SparkSettings("benchmark", "local[2]", settings.spark());
  }

  public static void main(String[] arguments) throws IOException {
    System.out.println(Machine.describe());
    System.out.printf(
        "%d MiB of heap for driver and tasks together%n", Runtime.getRuntime().maxMemory() >> 20);
    int tracks = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 1_000_000;
    try (ScratchFolder folder = ScratchFolder.create()) {
      new CatalogueBenchmark(tracks, folder.path()).run();
    }
  }

  private void run() throws IOException {
    Path list = writeCorpus();
    Path corpus = folder.resolve("corpus");
    System.out.println(
        """

        | plan of | to do | s |
        |---|---:|---:|""");
    try (JavaSparkContext context = spark.start()) {
      measure(context, "a folder tree, nothing done", corpus);
      measure(context, "a list, nothing done", list);
      writeLedger(context, list);
      measure(context, "a folder tree, all done", corpus);
      measure(context, "a list, all done", list);
    }
  }

  private Path writeCorpus() throws IOException {
    Path list = folder.resolve("list.csv");
    byte[] content = {0};
    try (BufferedWriter lines = Files.newBufferedWriter(list)) {
      lines.write("track_id,mixture\n");
      for (int t = 0; t < tracks; t++) {
        String id = "artist %04d/track %07d".formatted(t / TRACKS_PER_FOLDER, t);
        Path file = folder.resolve("corpus/" + id + ".mp3");
        if (t % TRACKS_PER_FOLDER == 0) {
          Files.createDirectories(file.getParent());
        }
        Files.write(file, content);
        lines.write(id + ",corpus/" + id + ".mp3\n");
      }
    }
    return list;
  }

  /** What a run that has done every track would leave. */
  private void writeLedger(JavaSparkContext context, Path list) throws IOException {
    Configuration hadoop = context.hadoopConfiguration();
    ModelBundle model;
    try (InputStream stream = Files.newInputStream(bundle)) {
      model = ModelBundle.read(bundle.toString(), stream);
    }
    String output = "file:" + folder.resolve("out");
    SeparationContract task =
        new SeparationContract(
            settings.decoding(), settings.separation(), output, settings.paths(), model.hash(), 1);
    TaskJournal.Opening ledgers = new TaskJournal.Opening(new Fence(output, "run", 1), "", task);
    Iterator<Track> all =
        CorpusSource.open(list.toString(), settings.corpus(), hadoop)
            .tracks(context, context.broadcast(new SerializableConfiguration(hadoop)))
            .toLocalIterator();
    for (int chunk = 0; all.hasNext(); chunk++) {
      try (TaskJournal ledger = ledgers.open(chunk, "0-0", RunProgress.NONE, () -> {}, hadoop)) {
        for (int i = 0; i < TRACKS_PER_TASK && all.hasNext(); i++) {
          Track track = all.next();
          ledger.add(track, done(track, output));
        }
      }
    }
  }

  private static TrackResult done(Track track, String output) throws IOException {
    Path stems = Path.of(output.substring("file:".length())).resolve(track.id());
    Files.createDirectories(stems);
    byte[] content = {0};
    Files.write(stems.resolve("vocals.wav"), content);
    Files.write(stems.resolve("accompaniment.wav"), content);
    return TrackResult.done(track.id(), "", 240, 5, StageTimes.NONE)
        .writing(
            List.of(
                new StoredFile(track.id() + "/vocals.wav", 1),
                new StoredFile(track.id() + "/accompaniment.wav", 1)));
  }

  private void measure(JavaSparkContext context, String name, Path input) throws IOException {
    long start = System.nanoTime();
    PlanSummary plan =
        SeparateJob.create(
                new SeparateJob.Request(
                    input.toString(),
                    Optional.of(folder.resolve("out").toString()),
                    bundle.toString()),
                settings,
                context.hadoopConfiguration())
            .dryRun(context, Selection.ALL);
    double seconds = (System.nanoTime() - start) / 1e9;
    System.out.printf("| %s | %d | %.1f |%n", name, plan.pending(), seconds);
  }
}
