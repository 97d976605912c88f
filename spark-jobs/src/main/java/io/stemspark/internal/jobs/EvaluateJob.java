package io.stemspark.internal.jobs;

import io.stemspark.audio.DecodingConfig;
import io.stemspark.bundle.ModelBundle;
import io.stemspark.internal.config.JobSettings;
import io.stemspark.internal.corpus.CorpusEntries;
import io.stemspark.internal.corpus.CorpusEntry;
import io.stemspark.internal.corpus.CorpusSource;
import io.stemspark.internal.corpus.Track;
import io.stemspark.internal.evaluation.Estimates;
import io.stemspark.internal.evaluation.EvaluationContract;
import io.stemspark.internal.evaluation.TrackEvaluator;
import io.stemspark.internal.executor.TrackWorker;
import io.stemspark.internal.journal.Fingerprint;
import io.stemspark.internal.journal.RunTotals;
import io.stemspark.internal.journal.UsedModel;
import io.stemspark.internal.journal.Version;
import io.stemspark.internal.lease.Fence;
import io.stemspark.internal.pipeline.Inputs;
import io.stemspark.internal.pipeline.IsolatedListener;
import io.stemspark.internal.pipeline.SparkFailures;
import io.stemspark.internal.pipeline.TrackPipeline;
import io.stemspark.internal.plan.PlanReason;
import io.stemspark.internal.plan.PlanSummary;
import io.stemspark.internal.report.ScoreReport;
import io.stemspark.internal.scores.DamagedScoresException;
import io.stemspark.internal.scores.ScoreFiles;
import io.stemspark.internal.scores.ScoreTable;
import io.stemspark.internal.stems.SeparationContract;
import io.stemspark.internal.storage.PathTemplate;
import io.stemspark.internal.storage.Retries;
import io.stemspark.network.Stem;
import io.stemspark.run.InputException;
import io.stemspark.run.RunListener;
import io.stemspark.separation.OutputConfig;
import io.stemspark.separation.OutputConfig.StemSelection;
import io.stemspark.separation.SeparationConfig;
import io.stemspark.spectrogram.StftConfig;
import java.io.IOException;
import java.io.Serializable;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.SerializableConfiguration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.Tuple2;

/**
 * Scores estimates of vocals and accompaniment: stems that are there, or those that a model makes
 * on the way. The driver keeps a row for each track: an evaluation's corpus is not a catalogue.
 */
public final class EvaluateJob extends CatalogueJob<EvaluationContract> {
  private static final Logger LOG = LoggerFactory.getLogger(EvaluateJob.class);

  private final Source source;
  private final StftConfig stft;
  private final boolean baselines;
  private final DecodingConfig decoding;
  private final List<ScoreTable> others;

  private EvaluateJob(
      CorpusSource references,
      Source source,
      String report,
      StftConfig stft,
      boolean baselines,
      DecodingConfig decoding,
      List<ScoreTable> others) {
    super("evaluate", references, report);
    this.source = source;
    this.stft = stft;
    this.baselines = baselines;
    this.decoding = decoding;
    this.others = others;
  }

  /** What is to be evaluated. */
  private sealed interface Source {
    /** What the user called it. */
    String location();

    /** A corpus of estimates, whose tracks have the references' ids. */
    record Stems(String location, CorpusSource corpus) implements Source {}

    /** A model that makes the estimates. */
    record Model(
        String location, ModelBundle bundle, SeparationConfig separation, PathTemplate paths)
        implements Source {}
  }

  /** What the user wants to have scored. */
  public sealed interface Subject {
    /** A corpus of estimates, whose tracks have the references' ids. */
    record Stems(String corpus) implements Subject {}

    /** What a model bundle makes of the references' mixtures. */
    record Model(String bundle) implements Subject {}
  }

  /**
   * What is to be evaluated.
   *
   * @param references a corpus with known stems
   * @param report the folder to write below
   * @param baselines whether the mixture and ideal masks are scored too
   * @param others reports of other evaluations to compare with
   */
  public record Request(
      String references, Subject subject, String report, boolean baselines, List<String> others) {}

  /**
   * Checks everything that can be checked without Spark.
   *
   * @throws InputException when something cannot be used
   */
  public static EvaluateJob create(
      Request request, JobSettings settings, Configuration configuration) {
    return Inputs.check(
        () -> {
          // As separate stores them where nothing is lost in coding.
          SeparationConfig separation = settings.separation().withOutput(OutputConfig.wav());
          Source source = source(request.subject(), separation, settings, configuration);
          CorpusSource references =
              CorpusSource.open(request.references, settings.corpus(), configuration);
          List<ScoreTable> others = new ArrayList<>();
          for (String other : request.others) {
            others.add(ScoreFiles.readTable(other, configuration));
          }
          Inputs.requireNothingElse(
              request.report, ScoreFiles.ALL::contains, "the report", configuration);
          String folder = Inputs.outputFolder(request.report, configuration);
          StftConfig stft =
              source instanceof Source.Model model
                  ? model.bundle().manifest().stft()
                  : settings.stft();
          return new EvaluateJob(
              references, source, folder, stft, request.baselines, settings.decoding(), others);
        });
  }

  /** All stems of a model, and the accompaniment of its vocals. */
  private static StemSelection all(List<Stem> model) {
    List<Stem> stems = new ArrayList<>(model);
    if (model.contains(Stem.VOCALS) && !model.contains(Stem.ACCOMPANIMENT)) {
      stems.add(Stem.ACCOMPANIMENT);
    }
    return new StemSelection(stems, false);
  }

  private static Source source(
      Subject subject,
      SeparationConfig separation,
      JobSettings settings,
      Configuration configuration)
      throws IOException {
    if (subject instanceof Subject.Model model) {
      ModelBundle bundle = SeparateJob.readUsable(model.bundle(), separation, configuration);
      SeparateJob.requireVocals(model.bundle(), bundle);
      OutputConfig all = OutputConfig.wav(all(bundle.manifest().stems()));
      return new Source.Model(model.bundle(), bundle, separation.withOutput(all), settings.paths());
    }
    String stems = ((Subject.Stems) subject).corpus();
    return new Source.Stems(stems, CorpusSource.open(stems, settings.corpus(), configuration));
  }

  /** Scores every track that is not scored yet, and writes the scores of all. */
  @Override
  RunTotals run(Run<EvaluationContract> run) throws IOException {
    Site site = run.site();
    TrackPipeline pipeline = run.pipeline();
    EvaluationContract shared = run.task();
    TrackWorker.Factory evaluators =
        (attempt, journal, configuration) ->
            new TrackEvaluator(shared, attempt, journal, configuration);
    CorpusEntries entries = site.entries(corpus());
    AtomicReference<PlanSummary> planned = new AtomicReference<>();
    RunTotals totals =
        pipeline.run(entries, evaluators, run.maxFailures(), plan -> planned.set(plan.summary()));
    pipeline.gather();
    JavaRDD<Track> tracks =
        distinct(entries.onExecutors().get()).filter(track -> track.problem() == null);
    pipeline.report(totals, name(), corpus().location(), decoding, false);
    Fence fence = run.lease().fence();
    List<ScoreTable.Row> rows = rows(tracks, shared, fence, site.hadoop());
    requireAll(
        rows.size(),
        planned.get().tracks(PlanReason.DONE) + totals.done(),
        planned.get().tracks(PlanReason.NOT_NEW));
    ScoreTable scores =
        ScoreTable.of(
            Version.stemspark(),
            source.location(),
            corpus().location(),
            Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
            rows);
    ScoreFiles.write(scores, fence, site.configuration());
    draw(scores, shared, tracks, fence, site.configuration())
        .ifPresent(IsolatedListener.of(RunListener.class, run.listener())::reported);
    // Without the page the run is done, and without its folder it is not.
    run.lease().requireHeld();
    return totals;
  }

  @Override
  Optional<UsedModel> model() {
    return source instanceof Source.Model model
        ? Optional.of(UsedModel.of(model.bundle))
        : Optional.empty();
  }

  @Override
  EvaluationContract task(Site site) throws IOException {
    return new EvaluationContract(decoding, stft, baselines, output(), estimates(site));
  }

  private Estimates estimates(Site site) throws IOException {
    if (source instanceof Source.Model model) {
      SeparationContract separation =
          new SeparationContract(
              decoding, model.separation, output(), model.paths, model.bundle.hash(), 1);
      return new Estimates.Separated(separation, site.broadcasts().send(model.bundle));
    }
    CorpusSource stems = ((Source.Stems) source).corpus;
    return new Estimates.Stored(
        site.broadcasts().send(byId(each(site.entries(stems).onExecutors().get()))));
  }

  /** The scores of all tracks, once a run has written them. */
  public ScoreTable scores(Configuration configuration) throws IOException {
    return ScoreFiles.readTable(output(), configuration);
  }

  /** A page is no reason for a run to fail whose scores are there. */
  private Optional<String> draw(
      ScoreTable scores,
      EvaluationContract shared,
      JavaRDD<Track> tracks,
      Fence fence,
      Configuration configuration) {
    try {
      Map<String, Track> byId = byId(tracks.filter(Track::hasStems));
      ScoreReport report = new ScoreReport(configuration, shared, byId, fence);
      return Optional.of(report.write(scores, others));
    } catch (IOException | RuntimeException e) {
      LOG.warn("There is no page of these scores.", e);
      return Optional.empty();
    }
  }

  /** Those with stems that can be read, each once. */
  private static JavaRDD<Track> distinct(JavaRDD<CorpusEntry> entries) {
    return each(entries.filter(entry -> entry instanceof Track track && track.problem() == null));
  }

  /**
   * Those with stems, and those of which it is known what is wrong with them, each once; of several
   * of one id one that says so stands for them.
   */
  private static JavaRDD<Track> each(JavaRDD<CorpusEntry> entries) {
    return entries
        .filter(Track.class::isInstance)
        .map(Track.class::cast)
        .filter(track -> track.problem() != null || track.hasStems())
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

  private static Map<String, Track> byId(JavaRDD<Track> tracks) throws IOException {
    Map<String, Track> byId = new HashMap<>();
    for (Track track : SparkFailures.explained(tracks::collect)) {
      byId.put(track.id(), track);
    }
    return byId;
  }

  /** What there is of a track's scores. */
  private sealed interface Found extends Serializable {
    record Scores(ScoreTable.Row row) implements Found {}

    record Nothing() implements Found {}

    /** A file that cannot be read, and why. */
    record Damaged(String file, String reason) implements Found {}
  }

  private static Found scores(Track track, EvaluationContract task, Configuration configuration)
      throws IOException {
    Path file;
    try {
      file = new Path(task.output() + "/" + task.path(track));
    } catch (IllegalArgumentException e) {
      return new Found.Nothing(); // It has no place, which the run has told of.
    }
    Set<Fingerprint> wanted = Set.of(task.fingerprint(track), task.formerFingerprint(track));
    try {
      return ScoreFiles.read(file, track.id(), wanted, configuration)
          .<Found>map(Found.Scores::new)
          .orElseGet(Found.Nothing::new);
    } catch (DamagedScoresException e) {
      return new Found.Damaged(file.toString(), e.getMessage());
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

  private static <F extends Found> List<F> only(Class<F> kind, List<Found> found) {
    return found.stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  /** Damaged files go, so that the next run scores their tracks again. */
  private static void requireSound(List<Found> found, Fence fence, Configuration configuration)
      throws IOException {
    List<Found.Damaged> damaged = only(Found.Damaged.class, found);
    if (damaged.isEmpty()) {
      return;
    }
    fence.requireHeld(configuration);
    for (Found.Damaged scores : damaged) {
      Path file = new Path(scores.file());
      Retries.run(() -> file.getFileSystem(configuration).delete(file, false));
    }
    throw new IOException(
        "%s. Files of scores like that: %d. They were deleted: start again, and their tracks are scored anew."
            .formatted(damaged.get(0).reason(), damaged.size()));
  }

  /** The scores of the corpus's tracks as they are now, of this run and those before it. */
  private static List<ScoreTable.Row> rows(
      JavaRDD<Track> tracks,
      EvaluationContract task,
      Fence fence,
      Broadcast<SerializableConfiguration> hadoop)
      throws IOException {
    JavaRDD<Found> read =
        tracks.filter(Track::hasStems).map(track -> scores(track, task, hadoop.value().value()));
    List<Found> found = SparkFailures.explained(read::collect);
    requireSound(found, fence, hadoop.value().value());
    List<ScoreTable.Row> rows =
        new ArrayList<>(only(Found.Scores.class, found).stream().map(Found.Scores::row).toList());
    rows.sort(Comparator.comparing(ScoreTable.Row::trackId));
    return rows;
  }
}
