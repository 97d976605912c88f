package io.stemspark.internal.pipeline;

import io.stemspark.audio.DecodingConfig;
import io.stemspark.internal.corpus.CorpusEntries;
import io.stemspark.internal.corpus.Track;
import io.stemspark.internal.executor.TrackWorker;
import io.stemspark.internal.journal.JournalDamage;
import io.stemspark.internal.journal.JournalParts;
import io.stemspark.internal.journal.RunJournal;
import io.stemspark.internal.journal.RunTotals;
import io.stemspark.internal.journal.TaskJournal;
import io.stemspark.internal.journal.UsedModel;
import io.stemspark.internal.journal.Version;
import io.stemspark.internal.lease.Fence;
import io.stemspark.internal.lease.Lease;
import io.stemspark.internal.plan.IncrementalPlanner;
import io.stemspark.internal.plan.PlanReason;
import io.stemspark.internal.plan.PlanSummary;
import io.stemspark.internal.plan.RunPlan;
import io.stemspark.internal.report.ReportWriter;
import io.stemspark.internal.report.RunReport;
import io.stemspark.internal.storage.TemporaryFolders;
import io.stemspark.run.InputException;
import io.stemspark.run.RunListener;
import io.stemspark.run.RunStopped;
import java.io.IOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.commons.io.function.IOConsumer;
import org.apache.commons.io.function.IOSupplier;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.SerializableConfiguration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One run over a corpus. It compares the tracks with the journal, does those that are missing, and
 * keeps the journal small.
 */
public final class TrackPipeline {
  private static final Logger LOG = LoggerFactory.getLogger(TrackPipeline.class);
  private static final int MAX_NAMED = 20;

  private static final DateTimeFormatter NAME =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

  private static final Pattern LOCAL_ATTEMPTS = Pattern.compile("local\\[[^,]+,(\\d+)]");

  private final JavaSparkContext context;
  private final Broadcast<SerializableConfiguration> hadoop;
  private final Lease lease;
  private final IncrementalPlanner planner;
  private final Optional<UsedModel> model;
  private final RunListener listener;
  private final Fence fence;
  private final Instant started = Instant.now();

  /**
   * @param lease on the output folder
   * @param model what the run separates with
   * @param listener is told how the run goes
   */
  public TrackPipeline(
      JavaSparkContext context,
      Broadcast<SerializableConfiguration> hadoop,
      Lease lease,
      IncrementalPlanner planner,
      Optional<UsedModel> model,
      RunListener listener) {
    this.context = context;
    this.hadoop = hadoop;
    this.lease = lease;
    this.planner = planner;
    this.model = model;
    this.listener = IsolatedListener.of(RunListener.class, listener);
    this.fence = lease.fence();
  }

  /** A name for a run: the time when it started, and a part that no other run has. */
  static String newName() {
    return NAME.format(Instant.now()) + "-" + UUID.randomUUID().toString().substring(0, 8);
  }

  /** What a run would do. */
  public static PlanSummary preview(
      JavaSparkContext context,
      Broadcast<SerializableConfiguration> hadoop,
      CorpusEntries corpus,
      String output,
      IncrementalPlanner planner)
      throws IOException {
    return SparkFailures.explained(
        () ->
            withoutRefusals(
                RunPlan.preview(context, corpus, output, planner, hadoop), planner.corpus()));
  }

  /**
   * Does what is missing.
   *
   * @param workers process the tracks
   * @param end is called when all of them are done
   * @param maxFailures the run stops when more tracks than these have failed
   * @throws InputException before any result is written, when the run cannot start
   * @throws RunStopped when too many tracks failed
   * @throws IOException also when tracks of the plan are not accounted for at the end
   */
  public RunTotals run(
      CorpusEntries corpus, TrackWorker.Factory workers, long maxFailures, IOConsumer<RunPlan> end)
      throws IOException {
    lease.whenLost(this::cancel);
    try {
      RunPlan plan = plan(corpus);
      RunTotals summary = leftBy(withoutRefusals(plan.summary(), planner.corpus()));
      PlanRecord.write(
          fence, planner.corpus(), model, plan.summary(), context.hadoopConfiguration());
      repair(plan.summary(), context.hadoopConfiguration());
      if (plan.summary().pending() > 0) {
        listener.planned(plan.summary().pending(), plan.summary().bytes());
        RunTotals done = process(plan, workers, maxFailures);
        requireComplete(plan, done);
        summary.merge(done);
      }
      tagged(
          () -> {
            end.accept(plan);
            return plan;
          });
      // A run that was taken over has not done what its sums say, even if nothing failed.
      lease.requireHeld();
      TemporaryFolders.delete(fence.output(), fence.run(), context.hadoopConfiguration());
      return summary;
    } catch (Exception e) { // Spark throws checked ones without declaring them.
      // Whoever has interrupted this thread does not want the run's Spark jobs to go on either.
      cancel();
      throw SparkFailures.explained(e);
    }
  }

  private RunPlan plan(CorpusEntries corpus) throws IOException {
    Path folder = TemporaryFolders.of(fence.output(), fence.run() + "-plan");
    return tagged(() -> RunPlan.of(context, corpus, fence.output(), planner, folder, hadoop));
  }

  /** Marks Spark jobs as the run's, and not those of a listener. */
  private <T> T tagged(IOSupplier<T> jobs) throws IOException {
    context.addJobTag(fence.run());
    try {
      return jobs.get();
    } finally {
      context.removeJobTag(fence.run());
    }
  }

  /** Ends the run's Spark jobs, and no others of the application. */
  private void cancel() {
    if (!context.sc().isStopped()) {
      context.cancelJobsWithTag(fence.run());
    }
  }

  /** Requires that every track of the plan was done, skipped or failed. */
  private void requireComplete(RunPlan plan, RunTotals summary) throws IOException {
    long accounted = summary.done() + summary.skipped() + summary.failed();
    if (accounted == plan.summary().pending()) {
      return;
    }
    JavaRDD<String> told =
        new JournalParts(context, hadoop, ownParts()).rows(row -> Optional.of(row.trackId()));
    List<String> missing = plan.pending(context).map(Track::id).subtract(told).take(MAX_NAMED);
    throw new IOException(
        ("The plan of run %s has %d tracks, but %d were done, skipped or failed. Missing: %s."
                + " The next run does them.")
            .formatted(fence.run(), plan.summary().pending(), accounted, missing));
  }

  private RunTotals process(RunPlan plan, TrackWorker.Factory workers, long maxFailures)
      throws IOException {
    RunCounters counters = new RunCounters(context.sc());
    PipelineStages stages =
        new PipelineStages(
            context,
            new TaskJournal.Opening(fence, planner.corpus(), planner.contract()),
            workers,
            counters,
            attempts(context),
            hadoop);
    try (RunMonitor monitor =
        RunMonitor.start(
            context.sc(),
            fence,
            counters.ids(),
            plan.summary(),
            maxFailures,
            this::cancel,
            listener)) {
      RunTotals done;
      try {
        done = tagged(() -> stages.run(plan));
      } catch (Exception e) {
        monitor.requireFew(e);
        throw e;
      }
      monitor.requireFew(done.failed(), null);
      return done;
    }
  }

  /**
   * How often Spark tries a task. In one process that is once, unless the master's address says
   * more.
   */
  public static int attempts(JavaSparkContext context) {
    Matcher local = LOCAL_ATTEMPTS.matcher(context.master());
    if (context.isLocal()) {
      return local.matches() ? Integer.parseInt(local.group(1)) : 1;
    }
    return context.getConf().getInt("spark.task.maxFailures", 4);
  }

  /**
   * Adds up what the journal says of this run, and writes its report.
   *
   * @param job its name
   * @param input what the run was to read
   * @param decoding decodes what the report shows
   * @param withStems whether the tracks' outputs are stems to listen to
   */
  public void report(
      RunTotals summary, String job, String input, DecodingConfig decoding, boolean withStems) {
    RunReport.Subject subject =
        new RunReport.Subject(
            fence.run(), job, Version.stemspark(), model, input, fence.output(), started);
    try {
      ReportWriter writer = new ReportWriter(context, hadoop, decoding);
      SparkFailures.explained(() -> writer.write(subject, summary, ownParts(), withStems))
          .ifPresent(listener::reported);
    } catch (IOException | RuntimeException e) {
      // The results are there, so a missing report does not fail the run.
      LOG.warn("The report of this run could not be written.", e);
    }
  }

  private List<String> ownParts() throws IOException {
    String own = RunJournal.folder(fence.output()) + "/" + fence.run() + "/";
    return RunJournal.parts(fence.output(), context.hadoopConfiguration()).stream()
        .filter(part -> part.startsWith(own))
        .toList();
  }

  /** Gathers the rows of this run into few files, and those of killed runs before into others. */
  public void gather() throws IOException {
    lease.requireHeld();
    new RunCommitter(context, hadoop, fence, ownParts()).gather();
    Fence recovered = new Fence(fence.output(), fence.run() + "-recovered", fence.number());
    committer(recovered).gather();
  }

  /** Commits the open parts of the journal: those of this run and of killed runs before it. */
  public RunCommitter openParts() throws IOException {
    return committer(fence);
  }

  private RunCommitter committer(Fence writer) throws IOException {
    List<String> open = RunCommitter.open(fence.output(), context.hadoopConfiguration());
    return new RunCommitter(context, hadoop, writer, open);
  }

  /** Puts damaged files of the journal aside, and keeps their readable rows. */
  public static void repair(PlanSummary plan, Configuration configuration) throws IOException {
    for (JournalDamage damage : plan.damages()) {
      RunJournal.repair(damage, configuration);
    }
  }

  /**
   * Returns the plan if the run can start.
   *
   * @param corpus what the run reads
   * @throws InputException when the run cannot start
   */
  public static PlanSummary withoutRefusals(PlanSummary plan, String corpus) {
    if (!plan.refusals().isEmpty()) {
      throw new InputException(String.join(System.lineSeparator(), plan.refusals()), null);
    }
    if (plan.isEmpty()) {
      throw new InputException(corpus + " names no tracks.", null);
    }
    return plan;
  }

  /** A summary of the tracks that a plan leaves as they are. */
  public static RunTotals leftBy(PlanSummary plan) {
    RunTotals summary = new RunTotals();
    plan.damages().forEach(damage -> summary.damaged(damage.describe()));
    return summary.left(
        plan.tracks(PlanReason.DONE) + plan.tracks(PlanReason.NOT_NEW),
        plan.tracks(PlanReason.AT_FAULT),
        plan.tracks(PlanReason.TOO_OLD) + plan.beyondLimit(),
        plan.atFault(),
        plan.notes());
  }
}
