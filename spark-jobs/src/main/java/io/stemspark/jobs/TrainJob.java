package io.stemspark.jobs;

import io.stemspark.bundle.Manifest;
import io.stemspark.bundle.ModelBundle;
import io.stemspark.jobs.features.DatasetManifest;
import io.stemspark.jobs.features.FeatureBatchLoader;
import io.stemspark.jobs.features.FeatureDataset;
import io.stemspark.jobs.settings.JobSettings;
import io.stemspark.jobs.storage.AtomicFiles;
import io.stemspark.training.Epoch;
import io.stemspark.training.Optimizer;
import io.stemspark.training.TrainingConfig;
import io.stemspark.training.TrainingListener;
import io.stemspark.training.TrainingLoop;
import io.stemspark.unet.UNet;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.buffer.DataType;

/** Fits the U-Net to a feature dataset and writes a model bundle. */
public final class TrainJob {
  private final String features;
  private final String output;
  private final JobSettings settings;
  private final DatasetManifest dataset;

  private TrainJob(String features, String output, JobSettings settings, DatasetManifest dataset) {
    this.features = features;
    this.output = output;
    this.settings = settings;
    this.dataset = dataset;
  }

  /**
   * Checks everything that can be checked before Spark starts.
   *
   * @param features a feature dataset
   * @param output the bundle to write
   * @throws InputException when one of them cannot be used
   */
  public static TrainJob plan(
      String features, String output, JobSettings settings, Configuration configuration) {
    try {
      DatasetManifest dataset = DatasetManifest.read(features, configuration);
      dataset.requireMadeWith(features, settings.stft(), settings.patch());
      Inputs.requireWritableParent(output, configuration);
      return new TrainJob(features, output, settings, dataset);
    } catch (IOException e) {
      throw new InputException(e.getMessage(), e);
    }
  }

  /** Trains, writes the bundle, and returns the epochs in order. */
  public List<Epoch> run(SparkSession spark, TrainingListener listener) throws IOException {
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    TrainingConfig training = settings.training();
    FeatureDataset source = FeatureDataset.open(spark, features, settings.patch(), training);
    int workers = context.defaultParallelism();
    SparkFitter fitter =
        new SparkFitter(
            context,
            network(source, workers),
            settings.patch(),
            training,
            workers,
            new FeatureBatchLoader(HadoopBroadcast.of(context), settings.patch(), training));
    List<Epoch> epochs =
        new TrainingLoop(settings.unet(), settings.patch(), training, listener).run(source, fitter);
    Manifest manifest = manifest(epochs, source.size(), workers);
    AtomicFiles.write(
        new Path(output),
        context.hadoopConfiguration(),
        ModelBundle.of(manifest, fitter.network())::write);
    return epochs;
  }

  private ComputationGraph network(FeatureDataset source, int workers) {
    TrainingConfig training = settings.training();
    int perRound = workers * training.averagingPeriod();
    int rounds = (source.batchesPerEpoch() + perRound - 1) / perRound;
    int steps = training.epochs() * rounds * training.averagingPeriod();
    return UNet.create(
        settings.unet(),
        settings.patch(),
        Optimizer.of(training, steps),
        training.seed(),
        DataType.FLOAT);
  }

  private Manifest manifest(List<Epoch> epochs, int patches, int workers) {
    Epoch best =
        epochs.stream()
            .filter(e -> e.validation().isPresent())
            .max(Comparator.comparing(e -> e.validation().get().sdr()))
            .orElse(epochs.get(epochs.size() - 1));
    Map<String, Double> metrics = new TreeMap<>();
    metrics.put("epoch", (double) best.number());
    metrics.put("training_loss", best.loss());
    metrics.put("training_seconds", epochs.get(epochs.size() - 1).seconds());
    best.validation()
        .ifPresent(
            v -> {
              metrics.put("validation_loss", v.loss());
              metrics.put("validation_sdr_db", v.sdr());
              metrics.put("validation_mixture_sdr_db", v.mixtureSdr());
            });
    return new Manifest(
        ModelBundle.FORMAT_VERSION,
        settings.stft(),
        settings.patch(),
        settings.unet(),
        new Manifest.Provenance(
            Version.stemspark(),
            Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
            dataset.hash(),
            patches,
            workers,
            settings.trainingProvenance()),
        metrics,
        Map.of());
  }
}
