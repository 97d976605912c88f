package io.stemspark.jobs;

import io.stemspark.jobs.corpus.Track;
import io.stemspark.jobs.ledger.Ledger;
import io.stemspark.jobs.ledger.Summary;
import io.stemspark.jobs.plan.Judge;
import io.stemspark.jobs.plan.PlanSummary;
import io.stemspark.jobs.plan.RunPlan;
import io.stemspark.jobs.plan.Verdict;
import java.io.IOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.UUID;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.SerializableConfiguration;

/**
 * One run over a corpus: holds tracks against the ledger, does those that are missing, and keeps
 * the ledger small.
 */
final class CatalogueRun {
  private static final DateTimeFormatter NAME =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

  /** Fewer than these are gathered by the driver itself. */
  private static final int FILES_PER_TASK = 1000;

  private final JavaSparkContext context;
  private final Broadcast<SerializableConfiguration> hadoop;
  private final String output;
  private final Judge judge;

  CatalogueRun(
      JavaSparkContext context,
      Broadcast<SerializableConfiguration> hadoop,
      String output,
      Judge judge) {
    this.context = context;
    this.hadoop = hadoop;
    this.output = output;
    this.judge = judge;
  }

  /** A name for a run: when it started, and something that no other run has. */
  static String newName() {
    return NAME.format(Instant.now()) + "-" + UUID.randomUUID().toString().substring(0, 8);
  }

  /** What would be done. */
  PlanSummary plan(JavaRDD<Track> tracks) throws IOException {
    try (RunPlan plan = RunPlan.make(context, tracks, output, judge, hadoop)) {
      return withoutProblems(plan.summary());
    }
  }

  /**
   * Does what is missing.
   *
   * @param name the run's
   * @param step does the tracks of a chunk and enters them into the ledger
   * @throws InputException before anything is written, when tracks would collide
   */
  Summary run(JavaRDD<Track> tracks, String name, FlatMapFunction<Iterator<Track>, Summary> step)
      throws IOException {
    try (RunPlan plan = RunPlan.make(context, tracks, output, judge, hadoop)) {
      Summary summary = leftBy(withoutProblems(plan.summary()));
      if (plan.summary().pending() > 0) {
        summary.merge(plan.chunks().mapPartitions(step).fold(new Summary(), Summary::merge));
        gather(name);
      }
      return summary;
    }
  }

  static PlanSummary withoutProblems(PlanSummary plan) {
    if (!plan.problems().isEmpty()) {
      throw new InputException(String.join(System.lineSeparator(), plan.problems()), null);
    }
    return plan;
  }

  /** A summary of the tracks that a plan leaves as they are. */
  static Summary leftBy(PlanSummary plan) {
    return new Summary()
        .left(
            plan.tracks(Verdict.DONE) + plan.tracks(Verdict.NOT_NEW),
            plan.tracks(Verdict.AT_FAULT));
  }

  private void gather(String name) throws IOException {
    String folder = new Path(Ledger.folder(output), name).toString();
    List<String> files = Ledger.files(new Path(folder), context.hadoopConfiguration());
    if (files.size() <= FILES_PER_TASK) {
      Ledger.gather(files, new Path(folder), context.hadoopConfiguration());
      return;
    }
    List<List<String>> groups = new ArrayList<>();
    for (int from = 0; from < files.size(); from += FILES_PER_TASK) {
      groups.add(
          new ArrayList<>(files.subList(from, Math.min(files.size(), from + FILES_PER_TASK))));
    }
    Broadcast<SerializableConfiguration> configuration = hadoop;
    context
        .parallelize(groups, groups.size())
        .foreach(group -> Ledger.gather(group, new Path(folder), configuration.value().value()));
  }
}
