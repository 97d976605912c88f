package io.stemspark.benchmarks;

import io.stemspark.audio.AudioFormat;
import io.stemspark.audio.AudioReader;
import io.stemspark.audio.AudioWriter;
import io.stemspark.audio.Container;
import io.stemspark.audio.Encoding;
import io.stemspark.audio.FfmpegReader;
import io.stemspark.audio.FfmpegWriter;
import io.stemspark.audio.Tags;
import io.stemspark.audio.Waveform;
import io.stemspark.jobs.ExtractJob;
import io.stemspark.jobs.RunListener;
import io.stemspark.jobs.features.FeatureRow;
import io.stemspark.jobs.features.FeatureWriter;
import io.stemspark.jobs.ledger.Summary;
import io.stemspark.jobs.plan.Selection;
import io.stemspark.jobs.settings.JobSettings;
import io.stemspark.jobs.settings.SparkSettings;
import io.stemspark.patch.Patch;
import io.stemspark.patch.PatchReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;

/**
 * The whole {@code extract} job, in local Spark on two cores, against a plain loop on two threads
 * that decodes the same files, transforms them and writes the same rows to local Parquet files,
 * with no ledger, no child processes and nothing that waits to appear. They take turns; medians
 * count.
 */
public final class ExtractionBenchmark {
  private static final int CORES = 2;
  private static final int TRACKS = 200;
  private static final int SECONDS = 8;
  private static final int ROUNDS = 3;

  private final JobSettings settings = JobSettings.load(List.of(), List.of());
  private final Path folder;
  private final Path corpus;

  private ExtractionBenchmark(Path folder) {
    this.folder = folder;
    this.corpus = folder.resolve("corpus");
  }

  public static void main(String[] arguments) throws Exception {
    System.out.println(Machine.describe());
    new ExtractionBenchmark(Files.createTempDirectory("stemspark-extraction")).run();
  }

  private void run() throws Exception {
    writeCorpus();
    double[] loop = new double[ROUNDS];
    double[] job = new double[ROUNDS];
    try (SparkSession spark =
        new SparkSettings("benchmark", "local[" + CORES + "]", settings.spark()).start()) {
      for (int round = -1; round < ROUNDS; round++) {
        double plain = seconds(() -> loop(folder.resolve("plain")));
        double whole = seconds(() -> job(spark, folder.resolve("dataset")));
        delete(folder.resolve("plain"));
        delete(folder.resolve("dataset"));
        if (round >= 0) {
          loop[round] = plain;
          job[round] = whole;
        }
      }
    }
    delete(folder);
    Arrays.sort(loop);
    Arrays.sort(job);
    double audio = TRACKS * SECONDS;
    System.out.printf(
        """

        | %d tracks of %d s | s | times real time |
        |---|---:|---:|
        | plain loop | %.1f | %.0f |
        | extract | %.1f | %.0f |

        ratio %.2f
        """,
        TRACKS,
        SECONDS,
        loop[ROUNDS / 2],
        audio / loop[ROUNDS / 2],
        job[ROUNDS / 2],
        audio / job[ROUNDS / 2],
        loop[ROUNDS / 2] / job[ROUNDS / 2]);
  }

  /** Real music and voices, from a demo clip that goes round and round. */
  private void writeCorpus() throws IOException {
    Path demo = Path.of(System.getProperty("stemspark.root"), "demo/train/it-wrong");
    for (String stem : new String[] {"vocals", "accompaniment"}) {
      Waveform clip;
      try (AudioReader reader = FfmpegReader.open(demo.resolve(stem + ".flac"))) {
        clip = Waveform.readAll(reader);
      }
      AudioFormat format = clip.format();
      int length = SECONDS * format.sampleRate();
      for (int t = 0; t < TRACKS; t++) {
        float[][] samples = new float[format.channels()][length];
        for (int c = 0; c < samples.length; c++) {
          for (int i = 0; i < length; i++) {
            samples[c][i] = clip.channel(c)[(i + 997 * t) % clip.length()];
          }
        }
        Path track = Files.createDirectories(corpus.resolve("train/track %03d".formatted(t)));
        try (AudioWriter writer =
            FfmpegWriter.create(
                track.resolve(stem + ".flac"), Encoding.of(Container.FLAC), format, Tags.NONE)) {
          writer.write(samples, length);
        }
      }
    }
  }

  private interface Work {
    void run() throws Exception;
  }

  private static double seconds(Work work) throws Exception {
    long start = System.nanoTime();
    work.run();
    return (System.nanoTime() - start) / 1e9;
  }

  private void loop(Path out) throws Exception {
    Files.createDirectories(out);
    List<Path> tracks;
    try (Stream<Path> files = Files.list(corpus.resolve("train"))) {
      tracks = files.sorted().toList();
    }
    ExecutorService threads = Executors.newFixedThreadPool(CORES);
    Configuration configuration = new Configuration();
    List<Future<?>> all = new ArrayList<>();
    for (Path track : tracks) {
      all.add(threads.submit(() -> extract(track, out, configuration)));
    }
    for (Future<?> one : all) {
      one.get();
    }
    threads.shutdown();
  }

  private void extract(Path track, Path out, Configuration configuration) {
    String id = track.getFileName().toString();
    try (PatchReader vocals = open(track.resolve("vocals.flac"));
        PatchReader rest = open(track.resolve("accompaniment.flac"));
        FeatureWriter writer = new FeatureWriter(out.resolve(id + ".parquet"), configuration)) {
      for (List<Patch> a = vocals.next(); a != null; a = vocals.next()) {
        List<Patch> b = rest.next();
        for (int c = 0; c < a.size(); c++) {
          writer.write(FeatureRow.ofStems(id, c, a.get(c), b.get(c)));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private PatchReader open(Path file) throws IOException {
    return new PatchReader(FfmpegReader.open(file), settings.stft(), settings.patch());
  }

  private void job(SparkSession spark, Path out) throws IOException {
    Summary summary =
        ExtractJob.plan(
                corpus.toString(),
                out.toString(),
                settings.decoding(),
                settings.stft(),
                settings.patch(),
                spark.sparkContext().hadoopConfiguration())
            .run(spark, Selection.ALL, Long.MAX_VALUE, RunListener.NONE);
    if (summary.done() != TRACKS) {
      throw new IllegalStateException(summary.describe("extracted"));
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
