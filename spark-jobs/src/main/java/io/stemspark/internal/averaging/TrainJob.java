package io.stemspark.internal.averaging;

import com.sun.management.OperatingSystemMXBean;
import io.stemspark.bundle.BundleException;
import io.stemspark.bundle.Manifest;
import io.stemspark.bundle.ModelBundle;
import io.stemspark.bundle.Origin;
import io.stemspark.internal.config.JobSettings;
import io.stemspark.internal.dataset.DatasetManifest;
import io.stemspark.internal.dataset.FeatureBatch;
import io.stemspark.internal.dataset.FeatureDataset;
import io.stemspark.internal.export.NetworkWork;
import io.stemspark.internal.export.OnnxExport;
import io.stemspark.internal.export.TrainedWeights;
import io.stemspark.internal.journal.Version;
import io.stemspark.internal.lease.Fence;
import io.stemspark.internal.lease.Lease;
import io.stemspark.internal.lease.LeaseRequest;
import io.stemspark.internal.onnx.Network;
import io.stemspark.internal.onnx.OnnxNetwork;
import io.stemspark.internal.pipeline.Broadcasts;
import io.stemspark.internal.pipeline.Inputs;
import io.stemspark.internal.pipeline.IsolatedListener;
import io.stemspark.internal.pipeline.SparkFailures;
import io.stemspark.internal.report.TrainingPage.Example;
import io.stemspark.internal.report.TrainingPage.StemPictures;
import io.stemspark.internal.separation.MaskedPatch;
import io.stemspark.internal.storage.Locations;
import io.stemspark.internal.training.BatchAssembler;
import io.stemspark.internal.training.LearningRules;
import io.stemspark.internal.training.StemPatch;
import io.stemspark.internal.training.TrainingLoop;
import io.stemspark.network.NetworkSpec;
import io.stemspark.network.Stem;
import io.stemspark.network.UNetConfig;
import io.stemspark.patch.PatchConfig;
import io.stemspark.run.InputException;
import io.stemspark.spectrogram.Spectrogram;
import io.stemspark.spectrogram.StftConfig;
import io.stemspark.training.Epoch;
import io.stemspark.training.TrainingConfig;
import io.stemspark.training.TrainingListener;
import io.stemspark.unet.UNetGraph.LearningRule;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.package$;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Fits the U-Net to a feature dataset and writes a model bundle. */
public record TrainJob(
    String features,
    String output,
    Optional<ModelBundle> start,
    boolean resume,
    JobSettings settings,
    DatasetManifest dataset) {
  private static final int EXAMPLES = 3;
  private static final Logger LOG = LoggerFactory.getLogger(TrainJob.class);

  /**
   * Checks everything that can be checked without Spark.
   *
   * @param features a feature dataset
   * @param output the bundle to write
   * @param from a bundle whose network is trained further; its sizes replace those of the settings
   * @param resume whether to resume a training of it that has not ended
   * @throws InputException when something that is named cannot be used
   */
  public static TrainJob create(
      String features,
      String output,
      Optional<String> from,
      boolean resume,
      JobSettings asked,
      Configuration configuration) {
    return Inputs.check(
        () -> {
          if (asked.training().optimizer().frozenBatchNorm() && from.isEmpty()) {
            throw new IOException(
                "stemspark.training.frozen-batch-norm is true, and fresh batch norms have no statistics yet. Name a bundle to begin with (--from).");
          }
          Optional<ModelBundle> start =
              from.isPresent()
                  ? Optional.of(readForTraining(from.get(), configuration))
                  : Optional.empty();
          JobSettings settings = start.map(bundle -> sized(asked, bundle)).orElse(asked);
          DatasetManifest dataset = DatasetManifest.read(features, configuration);
          dataset.requireMadeWith(features, settings.stft(), settings.patch());
          dataset.requireTeaches(features, settings.training().stems());
          if (!dataset.tracks().containsKey(FeatureDataset.TRAINING)) {
            throw new IOException(
                "%s has no split '%s', only %s."
                    .formatted(features, FeatureDataset.TRAINING, dataset.tracks().keySet()));
          }
          int patience = settings.training().patience();
          if (patience > 0 && !dataset.tracks().containsKey(FeatureDataset.VALIDATION)) {
            throw new IOException(
                "%s has no split '%s', whose scores stemspark.training.patience = %d needs."
                    .formatted(features, FeatureDataset.VALIDATION, patience));
          }
          TrainedWeights.requireEncodable(settings.unet());
          return new TrainJob(features, output, start, resume, settings, dataset);
        });
  }

  private static ModelBundle readForTraining(String file, Configuration configuration)
      throws IOException {
    ModelBundle bundle = Inputs.readBundle(file, configuration);
    if (!(bundle.manifest().origin() instanceof Origin.Fitted)) {
      throw new IOException(
          file + " holds a network that was fitted elsewhere, and no weights to train further.");
    }
    return Inputs.fromBundle(
        file,
        () -> {
          TrainedWeights.requireSound(bundle);
          return bundle;
        });
  }

  private static JobSettings sized(JobSettings settings, ModelBundle bundle) {
    Manifest manifest = bundle.manifest();
    Origin.Fitted origin = (Origin.Fitted) manifest.origin();
    return settings.withNetwork(
        manifest.stft(), manifest.patch(), manifest.network().stems(), origin.unet());
  }

  /**
   * Takes the bundle, its checkpoints and its log, for one training.
   *
   * @throws InputException when another training holds them, or checkpoints are not as {@code
   *     --resume} has it
   */
  public Lease lease(LeaseRequest request, Configuration configuration) {
    Path folder =
        Inputs.check(
            () -> {
              Inputs.requireWritableParent(output, configuration);
              return Locations.trainingFolder(output);
            });
    Lease lease = Inputs.lease(folder, "train", request, configuration);
    try {
      return Inputs.check(
          () -> {
            checkpoints(configuration, lease.fence()).requireUsable(resume);
            return lease;
          });
    } catch (InputException e) {
      lease.close();
      throw e;
    }
  }

  private CheckpointFolder checkpoints(Configuration configuration, Fence fence) {
    Map<String, String> run = new TreeMap<>(settings.trainingProvenance());
    run.remove("licence"); // It has no part in what is trained.
    start.ifPresent(bundle -> run.put(CheckpointFolder.FROM, bundle.hash()));
    run.put(CheckpointFolder.DATASET, dataset.hash());
    UNetConfig unet = settings.unet();
    boolean plain = unet.equals(new UNetConfig(1, 1, unet.features()));
    run.put(CheckpointFolder.FEATURES, plain ? unet.features().toString() : unet.toString());
    return new CheckpointFolder(output, configuration, run, fence);
  }

  /**
   * Trains, writes the bundle, and returns the epoch whose weights it holds.
   *
   * @param lease on the bundle
   */
  public Epoch run(JavaSparkContext context, Lease lease, TrainingListener listener)
      throws IOException {
    String tag = lease.fence().run();
    lease.whenLost(() -> context.cancelJobsWithTag(tag));
    context.addJobTag(tag);
    try (Broadcasts broadcasts = new Broadcasts(context)) {
      return run(context, lease.fence(), listener, broadcasts);
    } catch (IOException | RuntimeException e) {
      // Whoever has interrupted this thread does not want its Spark jobs to go on either.
      if (!context.sc().isStopped()) {
        context.cancelJobsWithTag(tag);
      }
      lease.requireHeldAfter(e);
      throw e;
    } finally {
      context.removeJobTag(tag);
    }
  }

  private Epoch run(
      JavaSparkContext context, Fence fence, TrainingListener listener, Broadcasts broadcasts)
      throws IOException {
    TrainingConfig training = settings.training();
    Setup setup = setup(context, fence);
    FeatureDataset source = setup.source;
    CheckpointFolder checkpoints = setup.checkpoints;
    int workers = setup.workers;
    int steps = setup.steps;
    warnOfScarcity(context, workers, setup.slots);
    SparkStepRunner<FeatureBatch> stepRunner = stepRunner(context, setup, broadcasts);
    TrainingLog log = new TrainingLog(output, network(), fence, context.hadoopConfiguration());
    TrainingLoop<FeatureBatch> loop =
        new TrainingLoop<>(
            settings.unet(),
            settings.patch(),
            training,
            source,
            stepRunner,
            steps,
            checkpoints,
            TrainingListener.all(log, IsolatedListener.of(TrainingListener.class, listener)));
    Epoch chosen = SparkFailures.withTaskMessage(loop::run);
    ModelBundle bundle =
        TrainedWeights.pack(
            settings.stft(),
            settings.patch(),
            training.stems(),
            origin(source.size(), workers, checkpoints.changeable()),
            TrainingLoop.metrics(chosen),
            stepRunner.network());
    // What has taken hours to train is safe before anything else is tried.
    fence.write(Locations.of(output), context.hadoopConfiguration(), bundle::write);
    drawExamples(log, source, stepRunner.network());
    Optional<ModelBundle> quantized =
        QuantizeJob.quantized(bundle, stepRunner.network(), source, training.validationPatches());
    if (quantized.isPresent()) {
      fence.write(Locations.of(output), context.hadoopConfiguration(), quantized.get()::write);
    }
    checkpoints.delete();
    return chosen;
  }

  /**
   * What a training begins with.
   *
   * @param slots for workers that executors have at a time
   * @param steps of all epochs, in which each worker takes a batch
   */
  private record Setup(
      CheckpointFolder checkpoints, FeatureDataset source, int slots, int workers, int steps) {}

  private Setup setup(JavaSparkContext context, Fence fence) throws IOException {
    TrainingConfig training = settings.training();
    CheckpointFolder past = checkpoints(context.hadoopConfiguration(), fence).withPast();
    int slots = WorkerSlots.requireUsable(context, past.workers(), training.compute());
    CheckpointFolder checkpoints = past.withWorkers(slots);
    FeatureDataset source =
        FeatureDataset.open(
            context, features, dataset, settings.patch(), settings.unet().inChannels(), training);
    int workers = Math.min(checkpoints.workers(), source.batchesPerEpoch());
    int steps = steps(training.epochs(), source.batchesPerEpoch() / workers);
    return new Setup(checkpoints, source, slots, workers, steps);
  }

  /** The network's size and work, in words. */
  public String network() {
    return NetworkWork.describe(settings.unet(), settings.patch(), settings.stft());
  }

  /** What {@link #run} would do. Nothing is written. */
  public TrainingPlan dryRun(JavaSparkContext context) throws IOException {
    Path folder = Inputs.check(() -> Locations.trainingFolder(output));
    Inputs.requireSameJob(folder.toString(), "train", context.hadoopConfiguration());
    Fence fence = new Fence(folder.toString(), "dry-run", Long.MAX_VALUE);
    Optional<String> last =
        Inputs.check(
            () -> {
              CheckpointFolder checkpoints = checkpoints(context.hadoopConfiguration(), fence);
              checkpoints.requireUsable(resume);
              return checkpoints.last();
            });
    Setup setup = setup(context, fence);
    warnOfScarcity(context, setup.workers, setup.slots);
    return new TrainingPlan(
        network(),
        setup.source.size(),
        settings.training().epochs(),
        setup.workers,
        setup.steps,
        settings.training().compute().usesGpu() ? 0 : settings.workerBytes(),
        last.or(() -> start.map(bundle -> "the bundle " + bundle.hash())));
  }

  private SparkStepRunner<FeatureBatch> stepRunner(
      JavaSparkContext context, Setup setup, Broadcasts broadcasts) throws BundleException {
    PatchConfig patch = settings.patch();
    TrainingConfig training = settings.training();
    LearningRule rule = LearningRules.of(training, setup.steps);
    ComputationGraph network =
        training.compute().create(settings.unet(), patch, rule, training.seed());
    if (start.isPresent()) {
      network.setParams(TrainedWeights.graph(start.get()).params());
    }
    BatchAssembler assembler = new BatchAssembler(patch, settings.unet().inChannels(), training);
    FeatureBatchLoader loader =
        new FeatureBatchLoader(broadcasts.sendHadoop(), setup.source.stems(), patch, assembler);
    return new SparkStepRunner<>(context, network, training, setup.workers, loader);
  }

  private static int steps(int epochs, int perEpoch) throws IOException {
    long steps = (long) epochs * perEpoch;
    if (steps > Integer.MAX_VALUE) {
      throw new IOException(
          "stemspark.training.epochs = %d, of %d steps each, is too many. Expected at most %d."
              .formatted(epochs, perEpoch, Integer.MAX_VALUE / perEpoch));
    }
    return (int) steps;
  }

  /** A page without pictures is no reason for a run to fail whose bundle is there. */
  private void drawExamples(TrainingLog log, FeatureDataset source, ComputationGraph network) {
    try {
      byte[] model = OnnxExport.export(network, settings.unet(), settings.patch());
      List<Example> examples = new ArrayList<>();
      NetworkSpec.Patches spec =
          NetworkSpec.Patches.unet(
              settings.patch(), settings.unet().inChannels(), settings.training().stems());
      try (Network masks = OnnxNetwork.onCpu(model, spec, 1)) {
        Iterator<String> tracks = source.validationTracks(EXAMPLES).iterator();
        for (StemPatch patch : source.validation(EXAMPLES)) {
          examples.add(example(tracks.next(), patch, masks));
        }
      }
      log.writePage(examples);
    } catch (IOException | RuntimeException e) {
      LOG.warn("The report has no pictures of the validation split: {}", e.toString());
    }
  }

  private Example example(String track, StemPatch patch, Network masks) throws IOException {
    List<Stem> stems = settings.training().stems();
    StftConfig stft = settings.stft();
    Spectrogram mixture = patch.mixture();
    List<Spectrogram> estimates = MaskedPatch.estimate(masks, mixture, stems.size());
    List<StemPictures> pictures = new ArrayList<>();
    for (int i = 0; i < stems.size(); i++) {
      pictures.add(
          StemPictures.of(
              stems.get(i),
              stft,
              firstChannel(estimates.get(i)),
              firstChannel(patch.stems().get(i))));
    }
    return Example.of(track, stft, firstChannel(mixture), pictures);
  }

  private Spectrogram firstChannel(Spectrogram ofAll) {
    Spectrogram first = new Spectrogram(settings.patch().frames(), settings.patch().bins());
    first.copyFrames(ofAll, 0, 0, first.frames());
    return first;
  }

  private void warnOfScarcity(JavaSparkContext context, int workers, int slots) {
    if (context.isLocal() && settings.training().compute().usesGpu()) {
      // Nothing keeps workers from sharing the one GPU.
      return;
    }
    if (workers > slots) {
      LOG.warn(
          "{} workers take turns, because executors have room for {} at a time.", workers, slots);
    }
    if (context.isLocal()) {
      long heap = Runtime.getRuntime().maxMemory();
      // Of this machine, or of the container that it is.
      long memory =
          ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
              .getTotalMemorySize();
      shortage(Math.min(workers, slots), settings.workerBytes(), heap, memory).ifPresent(LOG::warn);
    }
  }

  /**
   * Nothing limits what workers take together that are threads of one process, until the system
   * ends it without a word.
   *
   * @param machine bytes that it has
   */
  static Optional<String> shortage(int workers, long workerBytes, long heap, long machine) {
    if (heap + workers * workerBytes <= machine) {
      return Optional.empty();
    }
    return Optional.of(
        ("Training may take %d MiB, %d MiB for each of %d workers and %d for the Java heap, and this"
                + " machine has %d: the system may end it. Fewer stemspark.training.workers, a"
                + " smaller stemspark.training.batch-size or smaller stemspark.unet.features take"
                + " less (conf/starter.conf).")
            .formatted(
                (heap + workers * workerBytes) >> 20,
                workerBytes >> 20,
                workers,
                heap >> 20,
                machine >> 20));
  }

  private Origin.Fitted origin(int patches, int workers, Map<String, String> changeable) {
    Map<String, String> provenance = new TreeMap<>(settings.trainingProvenance());
    provenance.putAll(changeable);
    start.ifPresent(bundle -> provenance.put(CheckpointFolder.FROM, bundle.hash()));
    provenance.put("version.java", Runtime.version().toString());
    provenance.put("version.spark", package$.MODULE$.SPARK_VERSION());
    provenance.put("version.deeplearning4j", Version.deeplearning4j());
    provenance.put("version.libtorch", Version.libtorch());
    return new Origin.Fitted(
        settings.training().licence(),
        settings.unet(),
        new Origin.Provenance(
            Version.stemsparkWithCommit(),
            Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
            dataset.hash(),
            patches,
            workers,
            provenance));
  }
}
