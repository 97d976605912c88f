package io.stemspark.jobs;

import io.stemspark.audio.DecodingConfig;
import io.stemspark.bundle.ModelBundle;
import io.stemspark.jobs.corpus.CorpusSource;
import io.stemspark.jobs.corpus.Track;
import io.stemspark.jobs.evaluation.ScoreFiles;
import io.stemspark.jobs.evaluation.ScoreTable;
import io.stemspark.jobs.ledger.Summary;
import io.stemspark.jobs.plan.Judge;
import io.stemspark.jobs.plan.PlanSummary;
import io.stemspark.jobs.plan.Selection;
import io.stemspark.jobs.report.ScoreReport;
import io.stemspark.jobs.settings.JobSettings;
import io.stemspark.jobs.steps.EvaluationTask;
import io.stemspark.jobs.steps.SeparationTask;
import io.stemspark.jobs.steps.TrackEvaluator;
import io.stemspark.jobs.steps.WorkerFactory;
import io.stemspark.separation.OutputConfig;
import io.stemspark.separation.SeparationConfig;
import io.stemspark.spectrogram.StftConfig;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.SerializableConfiguration;
import scala.Tuple2;

/**
 * Scores estimates of vocals and accompaniment: stems that are there, or those that a model makes
 * on the way. The driver keeps a row for each track: an evaluation's corpus is no catalogue.
 */
public final class EvaluateJob {
  private final CorpusSource references;
  private final CorpusSource stems;
  private final ModelBundle model;
  private final String estimates;
  private final EvaluationTask task;
  private final List<ScoreTable> others;

  private EvaluateJob(
      CorpusSource references,
      CorpusSource stems,
      ModelBundle model,
      String estimates,
      EvaluationTask task,
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
  public static EvaluateJob plan(
      Request request, JobSettings settings, Configuration configuration) {
    return Inputs.check(
        () -> {
          ModelBundle model =
              request.model == null ? null : Inputs.readBundle(request.model, configuration);
          SeparationConfig separation = scored(settings.separation());
          if (model != null) {
            SeparateJob.requireUsable(request.model, model, separation);
          }
          CorpusSource references = CorpusSource.open(request.references, configuration);
          CorpusSource stems =
              model != null ? null : CorpusSource.open(request.stems, configuration);
          List<ScoreTable> others = new ArrayList<>();
          for (String other : request.others) {
            others.add(ScoreFiles.readTable(other, configuration));
          }
          String folder = Inputs.writableFolder(request.report, configuration);
          StftConfig stft = model == null ? settings.stft() : model.manifest().stft();
          DecodingConfig decoding = settings.decoding();
          EvaluationTask task =
              new EvaluationTask(
                  decoding,
                  request.baselines ? stft : null,
                  folder,
                  null,
                  model == null
                      ? null
                      : new SeparationTask(
                          decoding, separation, folder, settings.paths(), model.hash(), 1));
          String estimates = model == null ? request.stems : request.model;
          return new EvaluateJob(references, stems, model, estimates, task, others);
        });
  }

  /** Files of the best kind: what an encoder loses is no fault of the model. */
  private static SeparationConfig scored(SeparationConfig config) {
    return new SeparationConfig(
        config.engine(),
        config.precision(),
        config.overlap(),
        config.batchPatches(),
        config.maskExponent(),
        config.wiener(),
        OutputConfig.wav());
  }

  /** What {@link #run} would do. */
  public PlanSummary plan(SparkSession spark, Selection selection) throws IOException {
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    Broadcast<SerializableConfiguration> hadoop = HadoopBroadcast.of(context);
    return run(context, hadoop, withEstimates(spark, hadoop), selection)
        .plan(tracks(references, spark, hadoop));
  }

  /** What came of an evaluation: the run's sums, and the scores of all tracks that have some. */
  public record Result(Summary summary, ScoreTable scores) {}

  /**
   * Scores every track that is not scored yet; one that fails stops no other.
   *
   * @param maxFailures the run stops when more tracks than these have failed
   * @throws RunStopped when too many tracks failed
   */
  public Result run(SparkSession spark, Selection selection, long maxFailures, RunListener listener)
      throws IOException {
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    Broadcast<SerializableConfiguration> hadoop = HadoopBroadcast.of(context);
    EvaluationTask shared = withEstimates(spark, hadoop);
    Broadcast<ModelBundle> bundle = model == null ? null : context.broadcast(model);
    WorkerFactory evaluators =
        (attempt, ledger, configuration) ->
            new TrackEvaluator(
                shared, bundle == null ? null : bundle.value(), attempt, ledger, configuration);
    CatalogueRun run = run(context, hadoop, shared, selection);
    JavaRDD<Track> tracks = tracks(references, spark, hadoop);
    Summary summary = run.run(tracks, evaluators, maxFailures, listener);
    run.gather();
    run.report(summary, "evaluate", references.location(), task.decoding(), false, listener);
    ScoreTable scores =
        ScoreTable.of(
            Version.stemspark(),
            estimates,
            references.location(),
            Instant.now().toString(),
            rows(tracks, shared, hadoop));
    Map<String, Track> byId = byId(tracks.filter(Track::hasStems));
    String page =
        new ScoreReport(context.hadoopConfiguration(), shared, byId).render(scores, others);
    listener.reported(ScoreFiles.write(scores, page, task.output(), context.hadoopConfiguration()));
    return new Result(summary, scores);
  }

  private CatalogueRun run(
      JavaSparkContext context,
      Broadcast<SerializableConfiguration> hadoop,
      EvaluationTask shared,
      Selection selection) {
    return new CatalogueRun(context, hadoop, task.output(), new Judge(shared, selection));
  }

  private static JavaRDD<Track> tracks(
      CorpusSource corpus, SparkSession spark, Broadcast<SerializableConfiguration> hadoop) {
    return Inputs.check(() -> corpus.tracks(spark, hadoop));
  }

  private EvaluationTask withEstimates(
      SparkSession spark, Broadcast<SerializableConfiguration> hadoop) {
    if (stems == null) {
      return task;
    }
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    return new EvaluationTask(
        task.decoding(),
        task.masks(),
        task.output(),
        context.broadcast(byId(tracks(stems, spark, hadoop))),
        null);
  }

  private static Map<String, Track> byId(JavaRDD<Track> tracks) {
    return new HashMap<>(tracks.mapToPair(track -> new Tuple2<>(track.id(), track)).collectAsMap());
  }

  /** The scores of the corpus's tracks, of this run and those before it. */
  private static List<ScoreTable.Row> rows(
      JavaRDD<Track> tracks, EvaluationTask task, Broadcast<SerializableConfiguration> hadoop) {
    List<ScoreTable.Row> rows =
        new ArrayList<>(
            tracks
                .filter(Track::hasStems)
                .flatMap(
                    track ->
                        ScoreFiles.read(
                                new Path(task.output(), task.path(track)), hadoop.value().value())
                            .stream()
                            .iterator())
                .collect());
    rows.sort(Comparator.comparing(ScoreTable.Row::trackId));
    return rows;
  }
}
