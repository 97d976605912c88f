package io.stemspark.benchmarks;

import io.stemspark.audio.AudioDecoder;
import io.stemspark.audio.AudioReader;
import io.stemspark.audio.DecodingConfig;
import io.stemspark.internal.audio.Waveform;
import io.stemspark.internal.child.ChildDecoder;
import io.stemspark.internal.config.JobSettings;
import io.stemspark.internal.dataset.FeatureRow;
import io.stemspark.internal.dataset.FeatureWriter;
import io.stemspark.internal.ffmpeg.InProcessDecoder;
import io.stemspark.internal.jobs.ExtractJob;
import io.stemspark.internal.journal.RunTotals;
import io.stemspark.internal.lease.Lease;
import io.stemspark.internal.lease.LeaseRequest;
import io.stemspark.internal.plan.Selection;
import io.stemspark.internal.session.SparkSettings;
import io.stemspark.patch.Patch;
import io.stemspark.patch.PatchReader;
import io.stemspark.run.RunListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.apache.commons.io.FileUtils;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * The whole {@code extract} job, in local Spark on two cores, against a plain loop on two threads
 * that decodes the same files, transforms them and writes the same rows to Parquet files, with no
 * ledger and nothing that waits to appear. Once both decode in child processes, which is the
 * default, and once both in their own. They take turns; medians count.
 */
public final class ExtractionBenchmark {
  private static final int CORES = 2;
  private static final int TRACKS = 200;
  private static final int SECONDS = 30;
  private static final int ROUNDS = 3;

  private final Path folder;
  private final Path corpus;

  private ExtractionBenchmark(Path folder) {
    this.folder = folder;
    this.corpus = folder.resolve("corpus");
  }

  public static void main(String[] arguments) throws Exception {
    System.out.println(Machine.describe());
    try (ScratchFolder folder = ScratchFolder.create()) {
      new ExtractionBenchmark(folder.path()).run();
    }
  }

  private void run() throws Exception {
    writeCorpus();
    System.out.printf("%n%d tracks of %d s%n", TRACKS, SECONDS);
    System.out.println("| decoding | plain loop, s | extract, s | times real time | ratio |");
    System.out.println("|---|---:|---:|---:|---:|");
    for (String isolation : new String[] {"child", "none"}) {
      JobSettings settings =
          JobSettings.load(List.of(), List.of("stemspark.decoding.isolation=" + isolation));
      try (JavaSparkContext context =
          new SparkSettings("benchmark", "local[" + CORES + "]", settings.spark()).start()) {
        compare(isolation, settings, context);
      }
    }
  }

  private void compare(String isolation, JobSettings settings, JavaSparkContext context)
      throws Exception {
    double[] loop = new double[ROUNDS];
    double[] job = new double[ROUNDS];
    // Like executors, the loop keeps its child processes from one round to the next.
    List<AudioDecoder> decoders = new ArrayList<>();
    for (int thread = 0; thread < CORES; thread++) {
      decoders.add(decoder(settings.decoding()));
    }
    for (int round = -1; round < ROUNDS; round++) {
      Path plain = folder.resolve("plain");
      Path dataset = folder.resolve("dataset");
      // Each writes to memory that the other has just freed: fresh memory costs more.
      double plainSeconds = seconds(() -> loop(settings, decoders, plain));
      FileUtils.deleteDirectory(plain.toFile());
      double jobSeconds = seconds(() -> job(settings, context, dataset));
      FileUtils.deleteDirectory(dataset.toFile());
      if (round >= 0) {
        loop[round] = plainSeconds;
        job[round] = jobSeconds;
      }
    }
    decoders.forEach(AudioDecoder::close);
    Arrays.sort(loop);
    Arrays.sort(job);
    System.out.printf(
        "| %s | %.1f | %.1f | %.0f | %.2f |%n",
        isolation,
        loop[ROUNDS / 2],
        job[ROUNDS / 2],
        TRACKS * SECONDS / job[ROUNDS / 2],
        loop[ROUNDS / 2] / job[ROUNDS / 2]);
  }

  /** Real music and voices, from a demo clip that goes round and round. */
  private void writeCorpus() throws IOException {
    LoopedDemo demo = new LoopedDemo(Path.of(System.getProperty("stemspark.root")), "it-wrong");
    for (String stem : new String[] {"vocals", "accompaniment"}) {
      Waveform clip = demo.clip(stem);
      for (int t = 0; t < TRACKS; t++) {
        Path track = Files.createDirectories(corpus.resolve("train/track %03d".formatted(t)));
        LoopedDemo.write(LoopedDemo.track(clip, SECONDS, 997 * t), track.resolve(stem + ".flac"));
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

  private void loop(JobSettings settings, List<AudioDecoder> decoders, Path out) throws Exception {
    Files.createDirectories(out);
    Queue<Path> tracks;
    try (Stream<Path> files = Files.list(corpus.resolve("train"))) {
      tracks = new ConcurrentLinkedQueue<>(files.sorted().toList());
    }
    ExecutorService threads = Executors.newFixedThreadPool(CORES);
    List<Future<?>> all = new ArrayList<>();
    for (AudioDecoder decoder : decoders) {
      all.add(
          threads.submit(
              () -> {
                extract(settings, decoder, tracks, out);
                return null;
              }));
    }
    for (Future<?> one : all) {
      one.get();
    }
    threads.shutdown();
  }

  private static void extract(
      JobSettings settings, AudioDecoder decoder, Queue<Path> tracks, Path out) throws IOException {
    Configuration configuration = new Configuration();
    for (Path track = tracks.poll(); track != null; track = tracks.poll()) {
      String id = track.getFileName().toString();
      try (PatchReader vocals = open(settings, decoder, track.resolve("vocals.flac"));
          PatchReader rest = open(settings, decoder, track.resolve("accompaniment.flac"));
          FeatureWriter writer =
              new FeatureWriter(
                  out.resolve(id + ".parquet"), settings.extraction().stems(), configuration)) {
        for (List<Patch> a = vocals.next(); a != null; a = vocals.next()) {
          List<Patch> b = rest.next();
          for (int c = 0; c < a.size(); c++) {
            writer.write(
                FeatureRow.ofStems(
                    id, c, settings.extraction().stems(), List.of(a.get(c), b.get(c))));
          }
        }
      }
    }
  }

  private static AudioDecoder decoder(DecodingConfig config) {
    return config.isolation() == DecodingConfig.Isolation.NONE
        ? new InProcessDecoder(config)
        : new ChildDecoder(config);
  }

  private static PatchReader open(JobSettings settings, AudioDecoder decoder, Path file)
      throws IOException {
    AudioReader reader =
        decoder.open(file.toString(), Files.newByteChannel(file), AudioDecoder.BEST_STREAM);
    return new PatchReader(reader, settings.stft(), settings.patch());
  }

  private void job(JobSettings settings, JavaSparkContext context, Path out) throws IOException {
    ExtractJob extraction =
        ExtractJob.create(
            corpus.toString(), out.toString(), settings, context.hadoopConfiguration());
    RunTotals summary;
    try (Lease lease = extraction.lease(LeaseRequest.STANDARD, context.hadoopConfiguration())) {
      summary = extraction.run(context, lease, Selection.ALL, Long.MAX_VALUE, RunListener.NONE);
    }
    if (summary.done() != TRACKS) {
      throw new IllegalStateException(summary.describe("extracted"));
    }
  }
}
