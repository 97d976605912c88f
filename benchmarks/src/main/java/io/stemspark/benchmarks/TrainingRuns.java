package io.stemspark.benchmarks;

import io.stemspark.internal.averaging.TrainJob;
import io.stemspark.internal.config.JobSettings;
import io.stemspark.internal.jobs.ExtractJob;
import io.stemspark.internal.lease.Lease;
import io.stemspark.internal.lease.LeaseRequest;
import io.stemspark.internal.plan.Selection;
import io.stemspark.internal.session.SparkSettings;
import io.stemspark.network.UNetConfig;
import io.stemspark.run.RunListener;
import io.stemspark.training.TrainingListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;

/** Runs of the jobs {@code extract} and {@code train} on one long track, made from a demo clip. */
final class TrainingRuns {
  private TrainingRuns() {}

  /** Executor processes of one core each on this machine. */
  static JavaSparkContext executors(int count, int gibibytes) throws IOException {
    // The build points SPARK_HOME at a folder that stands in for a Spark installation.
    Files.createDirectories(Path.of(System.getenv("SPARK_HOME"), "jars"));
    Map<String, String> properties =
        Map.of(
            "executor.extraClassPath",
            System.getProperty("java.class.path"),
            "executor.memory",
            gibibytes + "g",
            "ui.enabled",
            "false");
    String master = "local-cluster[%d,1,%d]".formatted(count, 1024 * gibibytes);
    return new SparkSettings("benchmark", master, properties).forTraining(0).start();
  }

  /** One epoch without validation. */
  static List<String> settings(
      UNetConfig unet, int frames, int bins, int batch, int period, int patches) {
    return List.of(
        "stemspark.unet.features = " + unet.features(),
        "stemspark.patch.frames = " + frames,
        "stemspark.patch.bins = " + bins,
        "stemspark.training.epochs = 1",
        "stemspark.training.batch-size = " + batch,
        "stemspark.training.averaging-period = " + period,
        "stemspark.training.last-averaging-period = " + period,
        "stemspark.training.validation-patches = 0",
        "stemspark.training.patches-per-epoch = " + patches);
  }

  /** Extracts a dataset of one track of so many seconds. */
  static void extract(
      LoopedDemo demo,
      int seconds,
      Path corpus,
      Path dataset,
      JobSettings settings,
      JavaSparkContext context)
      throws IOException {
    Path track = Files.createDirectories(corpus.resolve("train/track"));
    for (String stem : new String[] {"mixture", "vocals", "accompaniment"}) {
      LoopedDemo.write(demo.track(stem, seconds), track.resolve(stem + ".wav"));
    }
    Configuration hadoop = context.hadoopConfiguration();
    ExtractJob extraction =
        ExtractJob.create(corpus.toString(), dataset.toString(), settings, hadoop);
    try (Lease lease = extraction.lease(LeaseRequest.STANDARD, hadoop)) {
      extraction.run(context, lease, Selection.ALL, Long.MAX_VALUE, RunListener.NONE);
    }
  }

  static void train(
      Path dataset,
      Path bundle,
      JobSettings settings,
      JavaSparkContext context,
      TrainingListener listener)
      throws IOException {
    Configuration hadoop = context.hadoopConfiguration();
    TrainJob training =
        TrainJob.create(
            dataset.toString(), bundle.toString(), Optional.empty(), false, settings, hadoop);
    try (Lease lease = training.lease(LeaseRequest.STANDARD, hadoop)) {
      training.run(context, lease, listener);
    }
  }
}
