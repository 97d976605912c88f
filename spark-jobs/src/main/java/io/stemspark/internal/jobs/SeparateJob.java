package io.stemspark.internal.jobs;

import io.stemspark.bundle.Manifest;
import io.stemspark.bundle.ModelBundle;
import io.stemspark.internal.config.JobSettings;
import io.stemspark.internal.corpus.CorpusEntry;
import io.stemspark.internal.corpus.CorpusSource;
import io.stemspark.internal.corpus.Track;
import io.stemspark.internal.journal.RunProgress;
import io.stemspark.internal.journal.RunTotals;
import io.stemspark.internal.journal.TaskJournal;
import io.stemspark.internal.journal.TrackResult;
import io.stemspark.internal.journal.UsedModel;
import io.stemspark.internal.lease.Fence;
import io.stemspark.internal.lease.Lease;
import io.stemspark.internal.onnx.InferenceSettings;
import io.stemspark.internal.pipeline.Inputs;
import io.stemspark.internal.pipeline.IsolatedListener;
import io.stemspark.internal.pipeline.PlanRecord;
import io.stemspark.internal.pipeline.RunCommitter;
import io.stemspark.internal.pipeline.SparkFailures;
import io.stemspark.internal.pipeline.TrackPipeline;
import io.stemspark.internal.plan.DriverPlan;
import io.stemspark.internal.plan.PlanSummary;
import io.stemspark.internal.plan.Selection;
import io.stemspark.internal.process.DaemonThreads;
import io.stemspark.internal.process.Outcome;
import io.stemspark.internal.stems.ChunkFiles;
import io.stemspark.internal.stems.SeparationContract;
import io.stemspark.internal.stems.SeparationWorkers;
import io.stemspark.internal.stems.TrackSeparator;
import io.stemspark.internal.storage.FileTree;
import io.stemspark.internal.storage.Locations;
import io.stemspark.internal.storage.PublishPermit;
import io.stemspark.internal.storage.TemporaryFolders;
import io.stemspark.network.Stem;
import io.stemspark.run.InputException;
import io.stemspark.run.RunStopped;
import io.stemspark.separation.OutputConfig.StemSelection;
import io.stemspark.separation.SeparationConfig;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.FutureTask;
import java.util.function.DoubleConsumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;

/** Separates a corpus: reads mixtures, writes vocals and accompaniment. */
public final class SeparateJob extends CatalogueJob<SeparationContract> {
  /** Not the audio file's own folder: stems in it would be taken for another track's. */
  private static final String BESIDE = "stems";

  private final boolean amongSongs;
  private final ModelBundle bundle;
  private final SeparationContract task;

  private SeparateJob(
      CorpusSource corpus, ModelBundle bundle, SeparationContract task, boolean amongSongs) {
    super("separate", corpus, task.output());
    this.task = task;
    this.amongSongs = amongSongs;
    this.bundle = bundle;
  }

  /**
   * What is to be separated.
   *
   * @param input a folder tree, an audio file or a list of tracks
   * @param output the folder to write {@code track/stem.ext} below; by default one called stems
   *     beside an audio file
   * @param model the model bundle
   */
  public record Request(String input, Optional<String> output, String model) {}

  /**
   * Checks everything that can be checked without Spark.
   *
   * @throws InputException when something that the request names cannot be used
   */
  public static SeparateJob create(
      Request request, JobSettings settings, Configuration configuration) {
    String input = request.input();
    SeparationConfig asked = settings.separation();
    // Beside the corpus: checking a bundle takes as long as Hadoop's start.
    FutureTask<ModelBundle> model =
        new FutureTask<>(() -> readUsable(request.model(), asked, configuration));
    DaemonThreads.named("stemspark-bundle").newThread(model).start();
    return Inputs.check(
        () -> {
          CorpusSource corpus = CorpusSource.open(input, settings.corpus(), configuration);
          if (corpus.listed().map(SeparateJob::hasNothingToSeparate).orElse(false)) {
            throw new IOException(input + " has only stems, and no mixture to separate.");
          }
          ModelBundle bundle = Outcome.of(model);
          SeparationConfig config = asked.of(bundle.manifest().stems());
          String folder =
              request.output().isPresent()
                  ? request.output().get()
                  : besideFile(input, configuration);
          String stems = Inputs.outputFolder(folder, configuration);
          Inputs.requireNoOtherJob(stems, configuration);
          boolean amongSongs = isAmongSongs(corpus, stems, configuration);
          StemSelection written = config.output().stems();
          boolean known =
              settings.paths().makesFoldersOfStems(written)
                  && !config.output().encoding().container().holdsAllStems()
                  && CorpusSource.knowsStems(written.names());
          if (amongSongs && !known) {
            requireApart(corpus, stems, configuration);
          }
          return new SeparateJob(
              corpus,
              bundle,
              new SeparationContract(
                  settings.decoding(), config, stems, settings.paths(), bundle.hash(), 1),
              amongSongs);
        });
  }

  private static boolean hasNothingToSeparate(List<CorpusEntry> entries) {
    return entries.stream()
        .noneMatch(
            entry ->
                entry instanceof Track track && (track.hasMixture() || track.problem() != null));
  }

  /** Whether stems and songs lie in one folder tree. */
  private static boolean isAmongSongs(
      CorpusSource corpus, String stems, Configuration configuration) throws IOException {
    Path songs = new Path(corpus.uri());
    Path output = new Path(stems);
    return !corpus.isList()
        && (FileTree.isInside(output, songs, configuration)
            || FileTree.isInside(songs, output, configuration));
  }

  /** Of other layouts a later run would take the stems for songs. */
  private static void requireApart(CorpusSource corpus, String stems, Configuration configuration)
      throws IOException {
    Path songs = new Path(corpus.uri());
    if (!corpus.isOneFile() && FileTree.isInside(new Path(stems), songs, configuration)) {
      throw new IOException(
          ("%s lies in the corpus, where the next run would take stems for songs, as"
                  + " stemspark.output.path and stemspark.output.stems have them. Name a folder"
                  + " elsewhere for the stems, or let the path end in {track_id}/{stem}.{ext}, the"
                  + " vocals be among the stems, and all have names that corpora know.")
              .formatted(stems));
    }
  }

  private static String besideFile(String input, Configuration configuration) throws IOException {
    Path path = Locations.of(input);
    if (!path.getFileSystem(configuration).getFileStatus(path).isFile()) {
      throw new IOException(input + " is a folder. Name another one for the stems.");
    }
    Path folder = path.getFileSystem(configuration).makeQualified(path).getParent();
    return new Path(folder, BESIDE).toString();
  }

  /**
   * Reads a bundle that this process can separate with.
   *
   * @throws InputException when it cannot be used
   */
  public static ModelBundle readUsable(
      String model, SeparationConfig config, Configuration configuration) {
    return Inputs.check(
        () -> {
          ModelBundle bundle = Inputs.readForInference(model, configuration);
          requireUsable(model, bundle, config);
          return bundle;
        });
  }

  /**
   * Checks that a model estimates vocals.
   *
   * @throws InputException when it does not
   */
  public static void requireVocals(String model, ModelBundle bundle) {
    List<Stem> stems = bundle.manifest().stems();
    if (!stems.contains(Stem.VOCALS)) {
      throw new InputException(
          "%s has the stems %s. Expected a model with vocals.".formatted(model, stems));
    }
  }

  /** Proves that this process can separate with a bundle in this way. */
  static void requireUsable(String model, ModelBundle bundle, SeparationConfig config)
      throws IOException {
    try {
      for (Manifest.Member member : bundle.manifest().members()) {
        config.requireFits(member.network());
      }
      config.of(bundle.manifest().stems());
    } catch (IllegalArgumentException e) {
      throw new IOException("%s: %s".formatted(model, e.getMessage()), e);
    }
    Inputs.requireRuns(model, bundle);
    Inputs.requireHas(model, bundle, config.precision());
  }

  /** Whether the corpus is one audio file. */
  public boolean isOneTrack() {
    return corpus().isOneFile();
  }

  @Override
  boolean isAmongSongs(Site site) throws IOException {
    return amongSongs
        || SparkFailures.explained(
            () ->
                Inputs.check(
                    () -> corpus().listNamesFileBelow(output(), site.context(), site.hadoop())));
  }

  @Override
  Optional<UsedModel> model() {
    return Optional.of(UsedModel.of(bundle));
  }

  @Override
  SeparationContract task(Site site) {
    return task;
  }

  @Override
  RunTotals run(Run<SeparationContract> run) throws IOException {
    Site site = run.site();
    TrackPipeline pipeline = run.pipeline();
    SeparationWorkers workers = workers(site.context(), site.broadcasts().send(bundle));
    RunTotals totals = pipeline.run(site.entries(corpus()), workers, run.maxFailures(), plan -> {});
    ChunkFiles.discardAll(output(), run.lease()::requireHeld, site.configuration());
    pipeline.gather();
    pipeline.report(totals, name(), corpus().location(), task.decoding(), true);
    return totals;
  }

  private SeparationWorkers workers(JavaSparkContext context, Broadcast<ModelBundle> model) {
    SparkConf conf = context.getConf();
    int perTask = conf.getInt("spark.task.cpus", 1);
    int cores =
        context.isLocal()
            ? Math.min(context.defaultParallelism(), Runtime.getRuntime().availableProcessors())
            : conf.getInt("spark.executor.cores", perTask);
    return new SeparationWorkers(model, task, cores, perTask);
  }

  /**
   * Separates in this process, without Spark, a corpus that is not a list. The stems are the same;
   * to the last bit if the network has as many threads, for ONNX Runtime may sum in another order
   * otherwise.
   *
   * @param lease on the output folder
   * @param cores how many to use
   * @param maxFailures the run stops when more tracks than these have failed
   * @param progress is told how many seconds of a track have been written
   */
  public RunTotals runHere(
      Lease lease,
      int cores,
      Selection selection,
      long maxFailures,
      Configuration configuration,
      DoubleConsumer progress)
      throws IOException {
    try {
      return hereHeld(lease, cores, selection, maxFailures, configuration, progress);
    } catch (IOException | RuntimeException e) {
      lease.requireHeldAfter(e);
      throw e;
    }
  }

  private RunTotals hereHeld(
      Lease lease,
      int cores,
      Selection selection,
      long maxFailures,
      Configuration configuration,
      DoubleConsumer progress)
      throws IOException {
    DriverPlan plan =
        DriverPlan.of(
            corpus().listed().orElseThrow(),
            output(),
            planner(task, selection, amongSongs, lease.fence().number(), configuration),
            configuration);
    PlanSummary sums = TrackPipeline.withoutRefusals(plan.summary(), corpus().uri());
    RunTotals summary = TrackPipeline.leftBy(sums);
    PlanRecord.write(lease.fence(), corpus().uri(), model(), sums, configuration);
    TrackPipeline.repair(sums, configuration);
    if (plan.tracks().isEmpty()) {
      return summary;
    }
    Fence fence = lease.fence();
    TaskJournal.Opening journals = new TaskJournal.Opening(fence, corpus().uri(), task);
    PublishPermit permit = () -> fence.requireHeld(configuration);
    try (TaskJournal journal = journals.open(0, "0-0", RunProgress.NONE, permit, configuration);
        TrackSeparator separator =
            new TrackSeparator(
                bundle,
                task.withThreads(cores),
                InferenceSettings.gpuOfThisMachine(),
                Map.of(),
                fence.run(),
                journal,
                IsolatedListener.of(DoubleConsumer.class, progress),
                configuration)) {
      for (Track track : plan.tracks()) {
        if (track.problem() == null) {
          separator.process(track);
        } else {
          journal.add(track, TrackResult.unusable(track.id(), track.problem()));
        }
        if (journal.summary().failed() > maxFailures) {
          String why = journal.summary().describe("separated");
          throw new RunStopped(journal.summary().failed(), maxFailures, why, null);
        }
      }
      TemporaryFolders.delete(output(), fence.run(), configuration);
      ChunkFiles.discardAll(output(), lease::requireHeld, configuration);
      summary.merge(journal.summary());
    }
    RunCommitter.gatherHere(fence, configuration);
    return summary;
  }
}
