package io.stemspark.jobs;

import io.stemspark.audio.DecodingConfig;
import io.stemspark.jobs.corpus.Track;
import io.stemspark.jobs.ledger.Ledger;
import io.stemspark.jobs.ledger.RunLedger;
import io.stemspark.jobs.ledger.Summary;
import io.stemspark.jobs.plan.Judge;
import io.stemspark.jobs.plan.PlanSummary;
import io.stemspark.jobs.plan.RunPlan;
import io.stemspark.jobs.plan.Verdict;
import io.stemspark.jobs.report.ReportWriter;
import io.stemspark.jobs.report.RunReport;
import io.stemspark.jobs.report.RunStatistics;
import io.stemspark.jobs.steps.WorkerFactory;
import io.stemspark.jobs.storage.TemporaryFolders;
import java.io.IOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.SerializableConfiguration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One run over a corpus: holds tracks against the ledger, does those that are missing, and keeps
 * the ledger small.
 */
final class CatalogueRun {
  private static final Logger LOG = LoggerFactory.getLogger(CatalogueRun.class);

  private static final DateTimeFormatter NAME =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

  private static final Pattern LOCAL_ATTEMPTS = Pattern.compile("local\\[[^,]+,(\\d+)]");

  private final JavaSparkContext context;
  private final Broadcast<SerializableConfiguration> hadoop;
  private final String output;
  private final Judge judge;
  private final String name = newName();
  private final Instant started = Instant.now();

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
    return SparkFailures.explained(
        () -> {
          try (RunPlan plan = RunPlan.make(context, tracks, output, judge, hadoop)) {
            return withoutProblems(plan.summary());
          }
        });
  }

  /**
   * Does what is missing.
   *
   * @param workers do the tracks
   * @param maxFailures the run stops when more tracks than these have failed
   * @throws InputException before anything is written, when tracks would collide
   * @throws RunStopped when too many tracks failed
   */
  Summary run(JavaRDD<Track> tracks, WorkerFactory workers, long maxFailures, RunListener listener)
      throws IOException {
    return SparkFailures.explained(
        () -> {
          try (RunPlan plan = RunPlan.make(context, tracks, output, judge, hadoop)) {
            Summary summary = leftBy(withoutProblems(plan.summary()));
            if (plan.summary().pending() > 0) {
              listener.planned(plan.summary());
              summary.merge(process(plan, workers, maxFailures, listener));
              TemporaryFolders.clean(output, name, context.hadoopConfiguration());
            }
            return summary;
          }
        });
  }

  private Summary process(
      RunPlan plan, WorkerFactory workers, long maxFailures, RunListener listener)
      throws Exception {
    RunCounters counters = new RunCounters(context.sc());
    TaskStages stages =
        new TaskStages(
            context,
            new RunLedger.Opening(output, name, judge.rules()),
            workers,
            counters,
            attempts(),
            hadoop);
    try (RunMonitor monitor =
        RunMonitor.start(context.sc(), plan.summary(), maxFailures, listener)) {
      return monitor.watch(() -> stages.run(plan));
    }
  }

  /** How often Spark tries a task; in one process only its master's address says more than once. */
  private int attempts() {
    Matcher local = LOCAL_ATTEMPTS.matcher(context.master());
    if (context.isLocal()) {
      return local.matches() ? Integer.parseInt(local.group(1)) : 1;
    }
    return context.getConf().getInt("spark.task.maxFailures", 4);
  }

  /**
   * Adds up what the ledger says of this run, and writes its report.
   *
   * @param job its name
   * @param input what the run was to read
   * @param decoding decodes what the report shows
   * @param withStems whether the tracks' outputs are stems to listen to
   */
  void report(
      Summary summary,
      String job,
      String input,
      DecodingConfig decoding,
      boolean withStems,
      RunListener listener) {
    RunReport.Subject subject =
        new RunReport.Subject(name, job, Version.stemspark(), input, output, started);
    try {
      Optional<RunStatistics> statistics = SparkFailures.explained(this::statistics);
      if (statistics.isPresent()) {
        ReportWriter writer = new ReportWriter(context, hadoop, decoding);
        listener.reported(
            SparkFailures.explained(
                () -> writer.write(subject, summary, statistics.get(), withStems)));
      }
    } catch (IOException | RuntimeException e) {
      // What the run has done is done.
      LOG.warn("There is no report of this run", e);
    }
  }

  /** Of the tracks that this run has processed, if there are any. */
  private Optional<RunStatistics> statistics() throws IOException {
    Broadcast<SerializableConfiguration> configuration = hadoop;
    List<String> parts = ownParts();
    if (parts.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        context
            .parallelize(parts, parts.size())
            .map(
                part -> {
                  RunStatistics sum = new RunStatistics();
                  Ledger.read(part, configuration.value().value(), sum::add);
                  return sum;
                })
            .fold(new RunStatistics(), RunStatistics::merge));
  }

  private List<String> ownParts() throws IOException {
    String own = Ledger.folder(output) + "/" + name + "/";
    return Ledger.parts(output, context.hadoopConfiguration()).stream()
        .filter(part -> part.startsWith(own))
        .toList();
  }

  /** Keeps the rows of this run in few files. */
  void gather() throws IOException {
    new Settlement(context, hadoop, output, name, ownParts()).gather();
  }

  /** What this run and others before it that were killed have stored out of sight. */
  Settlement unsettled() throws IOException {
    List<String> open =
        Ledger.parts(output, context.hadoopConfiguration()).stream()
            .filter(Ledger::isOpen)
            .toList();
    return new Settlement(context, hadoop, output, name, open);
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
            plan.tracks(Verdict.AT_FAULT),
            plan.atFault());
  }
}
