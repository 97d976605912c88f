package io.stemspark.benchmarks;

import io.stemspark.internal.audio.Waveform;
import io.stemspark.internal.config.JobSettings;
import io.stemspark.internal.jobs.SeparateJob;
import io.stemspark.internal.journal.RunTotals;
import io.stemspark.internal.lease.Lease;
import io.stemspark.internal.lease.LeaseRequest;
import io.stemspark.internal.plan.Selection;
import io.stemspark.run.RunListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.commons.io.FileUtils;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * Times whole {@code separate} jobs, from files to files.
 *
 * @param folder for corpora and stems
 * @param context local Spark
 */
record SeparationRuns(Path folder, JavaSparkContext context) {
  /** A corpus of so many copies of a track. */
  Path corpus(String name, Waveform track, int tracks) throws IOException {
    Path corpus = folder.resolve(name);
    for (int i = 0; i < tracks; i++) {
      LoopedDemo.write(
          track, Files.createDirectories(corpus.resolve("track" + i)).resolve("mixture.wav"));
    }
    return corpus;
  }

  /**
   * Separates a corpus anew.
   *
   * @param tracks that it has
   * @return the job's time in seconds
   */
  double seconds(Path corpus, Path bundle, JobSettings settings, int tracks) throws IOException {
    Path stems = folder.resolve("stems");
    // Not before: a virtual machine's host takes back what has been free for some seconds, and to
    // write to it then costs ten times as much. A catalogue's run writes to what is never free.
    FileUtils.deleteDirectory(stems.toFile());
    SeparateJob job =
        SeparateJob.create(
            new SeparateJob.Request(
                corpus.toString(), Optional.of(stems.toString()), bundle.toString()),
            settings,
            context.hadoopConfiguration());
    long start = System.nanoTime();
    RunTotals summary;
    try (Lease lease = job.lease(LeaseRequest.STANDARD, context.hadoopConfiguration())) {
      summary = job.run(context, lease, Selection.ALL, Long.MAX_VALUE, RunListener.NONE);
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    if (summary.done() != tracks) {
      throw new IllegalStateException(summary.describe("separated"));
    }
    return seconds;
  }
}
