package io.stemspark.jobs;

import io.stemspark.audio.DecodingConfig;
import io.stemspark.jobs.corpus.Track;
import io.stemspark.jobs.ledger.Ledger;
import io.stemspark.jobs.ledger.LedgerRow;
import io.stemspark.jobs.ledger.RunLedger;
import io.stemspark.jobs.ledger.StoredFile;
import io.stemspark.jobs.ledger.Summary;
import io.stemspark.jobs.plan.Judge;
import io.stemspark.jobs.plan.PlanSummary;
import io.stemspark.jobs.plan.RunPlan;
import io.stemspark.jobs.plan.Verdict;
import io.stemspark.jobs.report.ReportWriter;
import io.stemspark.jobs.report.RunReport;
import io.stemspark.jobs.report.RunStatistics;
import io.stemspark.jobs.steps.WorkerFactory;
import io.stemspark.jobs.storage.StagedFiles;
import io.stemspark.jobs.storage.TemporaryFolders;
import java.io.IOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
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

  private static final int PARTS_PER_GATHERED_FILE = 100;

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
   */
  void report(
      Summary summary, String job, String input, DecodingConfig decoding, RunListener listener)
      throws IOException {
    Broadcast<SerializableConfiguration> configuration = hadoop;
    List<String> parts = ownParts();
    if (parts.isEmpty()) {
      return;
    }
    RunStatistics statistics =
        context
            .parallelize(parts, parts.size())
            .map(
                part -> {
                  RunStatistics sum = new RunStatistics();
                  Ledger.read(part, configuration.value().value(), sum::add);
                  return sum;
                })
            .fold(new RunStatistics(), RunStatistics::merge);
    RunReport.Subject subject =
        new RunReport.Subject(name, job, Version.stemspark(), input, output, started);
    try {
      listener.reported(
          new ReportWriter(context.hadoopConfiguration(), decoding)
              .write(subject, summary, statistics, judge.rules().canReplace()));
    } catch (IOException | RuntimeException e) {
      // What the run has done is done.
      LOG.warn("There is no report of this run", e);
    }
  }

  private List<String> ownParts() throws IOException {
    String own = Ledger.folder(output) + "/" + name + "/";
    return Ledger.parts(output, context.hadoopConfiguration()).stream()
        .filter(part -> part.startsWith(own))
        .toList();
  }

  /** Keeps the rows of this run in few files. */
  void gather() throws IOException {
    gather(ownParts(), false);
  }

  /** Whether there is anything to publish, of this run or of one before it that was killed. */
  boolean canPublish() throws IOException {
    return !openParts().isEmpty();
  }

  /**
   * Lets all files appear that this run and others before it have stored out of sight. What no row
   * of the ledger tells of, such as an attempt that another one overtook has left, goes.
   *
   * @throws IOException when some are gone; the next run does their tracks again
   */
  void publish() throws IOException {
    Set<String> lost = new HashSet<>(gather(openParts(), true));
    new StagedFiles(output, context.hadoopConfiguration()).discardAll();
    if (!lost.isEmpty()) {
      lost.removeAll(doneAmong(lost));
    }
    if (!lost.isEmpty()) {
      throw new IOException(
          "%s: what was stored of %d tracks is gone, such as %s; run again to do them"
              .formatted(output, lost.size(), lost.iterator().next()));
    }
  }

  private List<String> doneAmong(Set<String> ids) throws IOException {
    Broadcast<SerializableConfiguration> configuration = hadoop;
    List<String> parts = Ledger.parts(output, context.hadoopConfiguration());
    return context
        .parallelize(parts, Math.max(1, parts.size()))
        .flatMap(
            part -> {
              List<String> done = new ArrayList<>();
              Ledger.read(
                  part,
                  configuration.value().value(),
                  row -> {
                    if (row.isDone() && ids.contains(row.trackId())) {
                      done.add(row.trackId());
                    }
                  });
              return done.iterator();
            })
        .collect();
  }

  private List<String> openParts() throws IOException {
    return Ledger.parts(output, context.hadoopConfiguration()).stream()
        .filter(Ledger::isOpen)
        .toList();
  }

  /** Gives the tracks whose files are gone. */
  private List<String> gather(List<String> parts, boolean publish) {
    int groups = (parts.size() + PARTS_PER_GATHERED_FILE - 1) / PARTS_PER_GATHERED_FILE;
    if (groups == 0) {
      return List.of();
    }
    Broadcast<SerializableConfiguration> configuration = hadoop;
    String folder = output;
    String run = name;
    return context
        .parallelize(parts, groups)
        .mapPartitions(
            group -> {
              List<String> own = new ArrayList<>();
              group.forEachRemaining(own::add);
              return settle(own, publish, folder, run, configuration.value().value()).iterator();
            })
        .collect();
  }

  /**
   * What appears is what the gathered rows say: they are read but once.
   *
   * @return tracks whose rows went because their files are gone
   */
  private static List<String> settle(
      List<String> parts, boolean publish, String output, String run, Configuration configuration)
      throws IOException {
    Map<String, List<LedgerRow>> tasks = new TreeMap<>();
    for (String part : parts) {
      tasks.put(part, new ArrayList<>(Ledger.readTask(new Path(part), configuration)));
    }
    List<String> lost =
        publish ? publish(tasks.values(), new StagedFiles(output, configuration)) : List.of();
    Ledger.gather(output, run, tasks, configuration);
    return lost;
  }

  private static List<String> publish(Collection<List<LedgerRow>> tasks, StagedFiles staged)
      throws IOException {
    Map<StoredFile, Boolean> files = new HashMap<>();
    List<String> lost = new ArrayList<>();
    for (List<LedgerRow> rows : tasks) {
      for (Iterator<LedgerRow> all = rows.iterator(); all.hasNext(); ) {
        LedgerRow row = all.next();
        boolean isThere = true;
        for (StoredFile file : row.isDone() ? row.outputs() : List.<StoredFile>of()) {
          if (!files.containsKey(file)) {
            files.put(file, staged.publish(file.path(), file.bytes()));
          }
          isThere &= files.get(file);
        }
        if (!isThere) {
          LOG.warn("What was stored of track {} is gone", row.trackId());
          all.remove();
          lost.add(row.trackId());
        }
      }
    }
    return lost;
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
