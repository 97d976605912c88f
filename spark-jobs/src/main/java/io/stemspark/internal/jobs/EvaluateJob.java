package io.stemspark.internal.jobs;

import io.stemspark.audio.DecodingConfig;
import io.stemspark.bundle.ModelBundle;
import io.stemspark.internal.config.JobSettings;
import io.stemspark.internal.corpus.CorpusEntry;
import io.stemspark.internal.corpus.CorpusSource;
import io.stemspark.internal.corpus.Track;
import io.stemspark.internal.executor.EvaluateTrack;
import io.stemspark.internal.executor.SeparateTrack;
import io.stemspark.internal.executor.TrackEvaluator;
import io.stemspark.internal.executor.WorkerFactory;
import io.stemspark.internal.journal.Fingerprint;
import io.stemspark.internal.journal.RunTotals;
import io.stemspark.internal.lease.Fence;
import io.stemspark.internal.lease.Lease;
import io.stemspark.internal.lease.LeaseRequest;
import io.stemspark.internal.pipeline.Broadcasts;
import io.stemspark.internal.pipeline.Inputs;
import io.stemspark.internal.pipeline.IsolatedListener;
import io.stemspark.internal.pipeline.SparkFailures;
import io.stemspark.internal.pipeline.TrackPipeline;
import io.stemspark.internal.pipeline.Version;
import io.stemspark.internal.plan.CorpusGuard;
import io.stemspark.internal.plan.IncrementalPlanner;
import io.stemspark.internal.plan.PlanReason;
import io.stemspark.internal.plan.PlanSummary;
import io.stemspark.internal.plan.Selection;
import io.stemspark.internal.report.ScoreReport;
import io.stemspark.internal.scores.DamagedScoresException;
import io.stemspark.internal.scores.ScoreFiles;
import io.stemspark.internal.scores.ScoreTable;
import io.stemspark.internal.storage.Retries;
import io.stemspark.run.InputException;
import io.stemspark.run.RunListener;
import io.stemspark.run.RunStopped;
import io.stemspark.separation.OutputConfig;
import io.stemspark.separation.SeparationConfig;
import io.stemspark.spectrogram.StftConfig;
import java.io.IOException;
import java.io.Serializable;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.SerializableConfiguration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.Tuple2;

/**
 * Scores estimates of vocals and accompaniment: stems that are there, or those that a model makes
 * on the way. The driver keeps a row for each track: an evaluation's corpus is not a catalogue.
 */
public final class EvaluateJob implements CatalogueJob {
  private static final String JOB = "evaluate";
  private static final Logger LOG = LoggerFactory.getLogger(EvaluateJob.class);

  private final CorpusSource references;
  private final CorpusSource stems;
  private final ModelBundle model;
  private final String estimates;
  private final EvaluateTrack task;
  private final List<ScoreTable> others;

  private EvaluateJob(
      CorpusSource references,
      CorpusSource stems,
      ModelBundle model,
      String estimates,
      EvaluateTrack task,
      List<ScoreTable> others) {
    this.references = references;
    this.stems = stems;
    this.model = model;
    this.estimates = estimates;
    this.task = task;
    this.others = others;
  }

  /**
   * What is to be evaluated.
   *
   * @param references a corpus with known stems
   * @param stems a corpus of estimates, whose tracks have the references' ids; null for a model's
   * @param model the model bundle; null where stems are there
   * @param report the folder to write below
   * @param baselines whether the mixture and ideal masks are scored too
   * @param others reports of other evaluations to compare with
   */
  public record Request(
      String references,
      String stems,
      String model,
      String report,
      boolean baselines,
      List<String> others) {}

  /**
   * Checks everything that can be checked before Spark starts.
   *
   * @throws InputException when something cannot be used
   */
  public static EvaluateJob create(
      Request request, JobSettings settings, Configuration configuration) {
    return Inputs.check(
        () -> {
          ModelBundle model =
              request.model == null ? null : Inputs.readBundle(request.model, configuration);
          // As separate stores them where nothing is lost in coding.
          SeparationConfig separation = settings.separation().withOutput(OutputConfig.wav());
          if (model != null) {
            SeparateJob.requireUsable(request.model, model, separation);
          }
          CorpusSource references =
              CorpusSource.open(request.references, settings.corpus(), configuration);
          CorpusSource stems =
              model != null
                  ? null
                  : CorpusSource.open(request.stems, settings.corpus(), configuration);
          List<ScoreTable> others = new ArrayList<>();
          for (String other : request.others) {
            others.add(ScoreFiles.readTable(other, configuration));
          }
          Inputs.requireNothingElse(
              request.report, ScoreFiles.ALL::contains, "the report", configuration);
          String folder = Inputs.writableFolder(request.report, configuration);
          StftConfig stft = model == null ? settings.stft() : model.manifest().stft();
          DecodingConfig decoding = settings.decoding();
          EvaluateTrack task =
              new EvaluateTrack(
                  decoding,
                  request.baselines ? stft : null,
                  folder,
                  null,
                  model == null
                      ? null
                      : new SeparateTrack(
                          decoding, separation, folder, settings.paths(), model.hash(), 1));
          String estimates = model == null ? request.stems : request.model;
          ModelBundle lean = model == null ? null : model.forInference();
          return new EvaluateJob(references, stems, lean, estimates, task, others);
        });
  }

  @Override
  public PlanSummary dryRun(SparkSession spark, Selection selection) throws IOException {
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    Inputs.requireSameJob(task.output(), JOB, context.hadoopConfiguration());
    try (Broadcasts broadcasts = new Broadcasts(context)) {
      Broadcast<SerializableConfiguration> hadoop = broadcasts.sendHadoop();
      return TrackPipeline.preview(
          context,
          hadoop,
          entries(references, spark, hadoop),
          task.output(),
          judge(withEstimates(spark, broadcasts, hadoop), selection));
    }
  }

  private IncrementalPlanner judge(EvaluateTrack shared, Selection selection) {
    return new IncrementalPlanner(
        shared, selection, references.uri(), references.isOneFile(), CorpusGuard.NONE);
  }

  @Override
  public Lease lease(LeaseRequest request, Configuration configuration) {
    return Inputs.lease(task.output(), JOB, request, configuration);
  }

  @Override
  public RunTotals run(
      SparkSession spark, Lease lease, Selection selection, long maxFailures, RunListener listener)
      throws IOException {
    return evaluate(spark, lease, selection, maxFailures, listener).totals();
  }

  /** What came of an evaluation: the run's sums, and the scores of all tracks that have some. */
  public record Result(RunTotals totals, ScoreTable scores) {}

  /**
   * Scores every track that is not scored yet; one that fails stops no other.
   *
   * @param lease on the report's folder
   * @param maxFailures the run stops when more tracks than these have failed
   * @throws RunStopped when too many tracks failed
   */
  public Result evaluate(
      SparkSession spark, Lease lease, Selection selection, long maxFailures, RunListener listener)
      throws IOException {
    return lease.holding(() -> runHeld(spark, lease, selection, maxFailures, listener));
  }

  private Result runHeld(
      SparkSession spark, Lease lease, Selection selection, long maxFailures, RunListener listener)
      throws IOException {
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    try (Broadcasts broadcasts = new Broadcasts(context)) {
      Broadcast<SerializableConfiguration> hadoop = broadcasts.sendHadoop();
      EvaluateTrack shared = withEstimates(spark, broadcasts, hadoop);
      Broadcast<ModelBundle> bundle = model == null ? null : broadcasts.send(model);
      WorkerFactory evaluators =
          (attempt, ledger, configuration) ->
              new TrackEvaluator(
                  shared, bundle == null ? null : bundle.value(), attempt, ledger, configuration);
      TrackPipeline run =
          new TrackPipeline(context, hadoop, lease, judge(shared, selection), listener);
      JavaRDD<CorpusEntry> entries = entries(references, spark, hadoop);
      AtomicReference<PlanSummary> planned = new AtomicReference<>();
      RunTotals summary =
          run.run(entries, evaluators, maxFailures, plan -> planned.set(plan.summary()));
      run.gather();
      JavaRDD<Track> tracks = distinct(entries).filter(track -> track.problem() == null);
      run.report(summary, JOB, references.location(), task.decoding(), false);
      Fence fence = lease.fence();
      List<ScoreTable.Row> rows = rows(tracks, shared, fence, hadoop);
      requireAll(
          rows.size(),
          planned.get().tracks(PlanReason.DONE) + summary.done(),
          planned.get().tracks(PlanReason.NOT_NEW));
      ScoreTable scores =
          ScoreTable.of(
              Version.stemspark(),
              estimates,
              references.location(),
              Instant.now().toString(),
              rows);
      ScoreFiles.write(scores, fence, context.hadoopConfiguration());
      draw(scores, shared, tracks, fence, context.hadoopConfiguration())
          .ifPresent(IsolatedListener.of(RunListener.class, listener)::reported);
      // Without the page the run is done, and without its folder it is not.
      lease.requireHeld();
      return new Result(summary, scores);
    }
  }

  /** A page is no reason for a run to fail whose scores are there. */
  private Optional<String> draw(
      ScoreTable scores,
      EvaluateTrack shared,
      JavaRDD<Track> tracks,
      Fence fence,
      Configuration configuration) {
    try {
      Map<String, Track> byId = byId(tracks.filter(Track::hasStems));
      ScoreReport report = new ScoreReport(configuration, shared, model, byId, fence);
      return Optional.of(report.write(scores, others));
    } catch (IOException | RuntimeException e) {
      LOG.warn("There is no page of these scores", e);
      return Optional.empty();
    }
  }

  private static JavaRDD<CorpusEntry> entries(
      CorpusSource corpus, SparkSession spark, Broadcast<SerializableConfiguration> hadoop) {
    return Inputs.check(() -> corpus.entries(spark, hadoop));
  }

  /** Those with stems, each once; of several of one id one that says so stands for them. */
  private static JavaRDD<Track> distinct(JavaRDD<CorpusEntry> entries) {
    return entries
        .filter(Track.class::isInstance)
        .map(Track.class::cast)
        .filter(track -> track.problem() == null && track.hasStems())
        .mapToPair(track -> new Tuple2<>(track.id(), track))
        .groupByKey()
        .values()
        .map(EvaluateJob::only);
  }

  private static Track only(Iterable<Track> sameId) {
    List<Track> tracks = new ArrayList<>();
    sameId.forEach(tracks::add);
    tracks.sort(Comparator.comparing(Track::place));
    Track first = tracks.get(0);
    Track last = tracks.get(tracks.size() - 1);
    boolean one = tracks.stream().map(Track::content).distinct().count() == 1;
    return one
        ? first
        : first.with(
            new Track.Problem(
                "%d tracks are called %s: %s and %s"
                    .formatted(tracks.size(), first.id(), first.place(), last.place()),
                true));
  }

  private EvaluateTrack withEstimates(
      SparkSession spark, Broadcasts broadcasts, Broadcast<SerializableConfiguration> hadoop)
      throws IOException {
    if (stems == null) {
      return task;
    }
    return new EvaluateTrack(
        task.decoding(),
        task.masks(),
        task.output(),
        broadcasts.send(byId(distinct(entries(stems, spark, hadoop)))),
        null);
  }

  private static Map<String, Track> byId(JavaRDD<Track> tracks) throws IOException {
    Map<String, Track> byId = new HashMap<>();
    for (Track track : SparkFailures.explained(tracks::collect)) {
      byId.put(track.id(), track);
    }
    return byId;
  }

  /**
   * What there is of a track's scores.
   *
   * @param row null if there are none
   * @param damaged the file, if it is; else null
   * @param reason why
   */
  private record Scores(ScoreTable.Row row, String damaged, String reason)
      implements Serializable {}

  private static Scores scores(Track track, EvaluateTrack task, Configuration configuration)
      throws IOException {
    Path file;
    try {
      file = new Path(task.output() + "/" + task.path(track));
    } catch (IllegalArgumentException e) {
      return new Scores(null, null, null); // It has no place, which the run has told of.
    }
    Set<Fingerprint> wanted = Set.of(task.fingerprint(track), task.formerFingerprint(track));
    try {
      Optional<ScoreTable.Row> row = ScoreFiles.read(file, track.id(), wanted, configuration);
      return new Scores(row.orElse(null), null, null);
    } catch (DamagedScoresException e) {
      return new Scores(null, file.toString(), e.getMessage());
    }
  }

  /**
   * Of every track that is done by the journal there are scores.
   *
   * @param done tracks
   * @param left tracks that {@code --only-new} leaves as they are, perhaps of another model
   * @throws IOException when some are missing, or there would be none in the report
   */
  private static void requireAll(int found, long done, long left) throws IOException {
    if (found < done) {
      throw new IOException(
          "%d tracks are done by the journal, and of %d of them there are scores of these stems, this model and these settings. The report stays as it was. Delete its folder tracks, and all are scored anew."
              .formatted(done, found));
    }
    if (found == 0 && left > 0) {
      throw new IOException(
          "None of %d tracks has scores of these stems, this model and these settings, and --only-new leaves them as they are. The report stays as it was."
              .formatted(left));
    }
  }

  /** Damaged files go, so that the next run scores their tracks again. */
  private static void requireSound(List<Scores> found, Fence fence, Configuration configuration)
      throws IOException {
    List<Scores> damaged = found.stream().filter(scores -> scores.damaged() != null).toList();
    if (damaged.isEmpty()) {
      return;
    }
    fence.requireHeld(configuration);
    for (Scores scores : damaged) {
      Path file = new Path(scores.damaged());
      Retries.run(() -> file.getFileSystem(configuration).delete(file, false));
    }
    throw new IOException(
        "%s. Files of scores like that: %d. They were deleted: start again, and their tracks are scored anew."
            .formatted(damaged.get(0).reason(), damaged.size()));
  }

  /** The scores of the corpus's tracks as they are now, of this run and those before it. */
  private static List<ScoreTable.Row> rows(
      JavaRDD<Track> tracks,
      EvaluateTrack task,
      Fence fence,
      Broadcast<SerializableConfiguration> hadoop)
      throws IOException {
    JavaRDD<Scores> read =
        tracks.filter(Track::hasStems).map(track -> scores(track, task, hadoop.value().value()));
    List<Scores> found = SparkFailures.explained(read::collect);
    requireSound(found, fence, hadoop.value().value());
    List<ScoreTable.Row> rows =
        new ArrayList<>(found.stream().map(Scores::row).filter(Objects::nonNull).toList());
    rows.sort(Comparator.comparing(ScoreTable.Row::trackId));
    return rows;
  }
}
