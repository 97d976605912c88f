package io.stemspark.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.stemspark.Demo;
import io.stemspark.PlainLoop;
import io.stemspark.TestSpark;
import io.stemspark.audio.AudioFormat;
import io.stemspark.bundle.ModelBundle;
import io.stemspark.bundle.Origin;
import io.stemspark.internal.audio.Waveform;
import io.stemspark.internal.averaging.TrainJob;
import io.stemspark.internal.averaging.TrainingPlan;
import io.stemspark.internal.config.JobSettings;
import io.stemspark.internal.export.TrainedWeights;
import io.stemspark.internal.export.UNetParameters;
import io.stemspark.internal.export.UNetParameters.Parameter;
import io.stemspark.internal.jobs.ExtractJob;
import io.stemspark.internal.jobs.SeparateJob;
import io.stemspark.internal.journal.RunTotals;
import io.stemspark.internal.lease.Lease;
import io.stemspark.internal.lease.LeaseRequest;
import io.stemspark.internal.onnx.InferenceSettings;
import io.stemspark.internal.onnx.Network;
import io.stemspark.internal.plan.Selection;
import io.stemspark.internal.separation.NetworkLoader;
import io.stemspark.internal.separation.SeparationEngine;
import io.stemspark.network.Precision;
import io.stemspark.separation.OutputConfig;
import io.stemspark.training.Epoch;
import io.stemspark.training.Round;
import io.stemspark.training.TrainingListener;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Extract, train and separate on the demo clips, held against plain Java. */
@Tag("integration")
class WholeFlowTest {
  @TempDir Path folder;

  @Test
  void threadsOfOneProcess() throws IOException {
    try (SparkSession spark = TestSpark.local()) {
      extractTrainSeparate(spark);
    }
  }

  @Test
  void twoExecutorProcesses() throws IOException {
    try (SparkSession spark = TestSpark.twoExecutors()) {
      assertThat(spark.sparkContext().isLocal()).isFalse();
      extractTrainSeparate(spark);
    }
  }

  private void extractTrainSeparate(SparkSession spark) throws IOException {
    JobSettings settings = SmallSettings.load();
    Configuration hadoop = spark.sparkContext().hadoopConfiguration();
    String features = folder.resolve("features").toString();
    Path bundle = folder.resolve("model.bundle");
    Path stems = folder.resolve("stems");

    RunTotals extracted =
        Runs.extract(ExtractJob.create(Demo.FOLDER.toString(), features, settings, hadoop), spark);
    assertThat(extracted.done()).isEqualTo(6);
    assertThat(extracted.skipped()).isZero();
    assertThat(extracted.failed()).isZero();

    Losses losses = new Losses();
    TrainJob training =
        TrainJob.create(features, bundle.toString(), Optional.empty(), false, settings, hadoop);
    TrainingPlan plan = training.dryRun(Runs.context(spark));
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left).as("a dry run leaves nothing").hasSize(1);
    }
    assertThat(plan.describe()).contains("starts from: random weights");
    try (Lease lease = training.lease(LeaseRequest.STANDARD, hadoop)) {
      training.run(Runs.context(spark), lease, losses);
    }
    assertThat(losses.values).hasSize(plan.epochs()).hasSize(6).allMatch(Double::isFinite);
    assertThat(losses.values.get(5)).isLessThan(0.9 * losses.values.get(0));
    assertTrainsFurther(features, bundle, spark);

    RunTotals separated =
        Runs.separate(
            SeparateJob.create(
                new SeparateJob.Request(
                    Demo.FOLDER.toString(), Optional.of(stems.toString()), bundle.toString()),
                settings,
                hadoop),
            spark);
    assertThat(separated.done()).isEqualTo(6);
    assertStemsEqualPlainJava(bundle, stems, settings);
    assertStemsEqualThoseWithoutSpark(bundle, stems, settings, hadoop);
  }

  /** At a rate of nearly nothing, and with other sizes in the settings, which do not count. */
  private void assertTrainsFurther(String features, Path bundle, SparkSession spark)
      throws IOException {
    Configuration hadoop = spark.sparkContext().hadoopConfiguration();
    JobSettings settings =
        SmallSettings.load(
            "stemspark.training.learning-rate = 1e-9",
            "stemspark.training.epochs = 1",
            "stemspark.unet.features = [2]");
    Path further = folder.resolve("further.bundle");
    TrainJob training =
        TrainJob.create(
            features, further.toString(), Optional.of(bundle.toString()), false, settings, hadoop);
    String hash = read(bundle).hash();
    assertThat(training.dryRun(Runs.context(spark)).describe())
        .contains("starts from: the bundle " + hash);
    try (Lease lease = training.lease(LeaseRequest.STANDARD, hadoop)) {
      training.run(Runs.context(spark), lease, TrainingListener.NONE);
    }
    Origin.Fitted origin = (Origin.Fitted) read(further).manifest().origin();
    assertThat(origin.unet().features()).containsExactly(4, 8);
    assertThat(origin.training().settings()).containsEntry("from", hash);
    INDArray before = TrainedWeights.graph(read(bundle)).params();
    INDArray after = TrainedWeights.graph(read(further)).params();
    for (Parameter parameter : new UNetParameters(origin.unet()).learned()) {
      INDArray change = parameter.of(after).sub(parameter.of(before));
      assertThat(change.amaxNumber().doubleValue()).as(parameter.key()).isLessThan(1e-5);
    }
    Files.delete(further);
  }

  private static ModelBundle read(Path bundle) throws IOException {
    try (InputStream stream = Files.newInputStream(bundle)) {
      return ModelBundle.read(bundle.toString(), stream);
    }
  }

  private void assertStemsEqualThoseWithoutSpark(
      Path bundle, Path stems, JobSettings settings, Configuration hadoop) throws IOException {
    Path here = folder.resolve("here");
    SeparateJob job =
        SeparateJob.create(
            new SeparateJob.Request(
                Demo.FOLDER.toString(), Optional.of(here.toString()), bundle.toString()),
            settings,
            hadoop);
    try (Lease lease = job.lease(LeaseRequest.STANDARD, hadoop)) {
      job.runHere(lease, 2, Selection.ALL, Long.MAX_VALUE, hadoop, seconds -> {});
    }
    for (Path mixture : mixtures()) {
      Path track = Demo.FOLDER.relativize(mixture.getParent());
      for (String stem : new String[] {"vocals.wav", "accompaniment.wav"}) {
        assertThat(here.resolve(track).resolve(stem))
            .hasSameBinaryContentAs(stems.resolve(track).resolve(stem));
      }
    }
  }

  private void assertStemsEqualPlainJava(Path bundle, Path stems, JobSettings settings)
      throws IOException {
    ModelBundle model = read(bundle);
    try (Network network = NetworkLoader.load(model, InferenceSettings.oneThread(Precision.AUTO))) {
      SeparationEngine separator =
          new SeparationEngine(
              model.manifest().stft(),
              model.manifest().network(),
              network,
              settings.separation().of(model.manifest().stems()));
      for (Path mixture : mixtures()) {
        Path track = stems.resolve(Demo.FOLDER.relativize(mixture.getParent()));
        Path vocals = track.resolve("vocals.wav");
        Path accompaniment = track.resolve("accompaniment.wav");
        PlainLoop.separate(separator, mixture, folder, OutputConfig.wav());
        assertThat(vocals).hasSameBinaryContentAs(folder.resolve("vocals.wav"));
        assertThat(accompaniment).hasSameBinaryContentAs(folder.resolve("accompaniment.wav"));
        assertSumIsMixture(mixture, vocals, accompaniment);
      }
    }
  }

  private static void assertSumIsMixture(Path mixture, Path vocals, Path accompaniment)
      throws IOException {
    Waveform mixed = Demo.read(mixture);
    Waveform voice = Demo.read(vocals);
    Waveform rest = Demo.read(accompaniment);
    AudioFormat format = mixed.format();
    assertThat(voice.format()).isEqualTo(format);
    assertThat(rest.format()).isEqualTo(format);
    assertThat(voice.length()).isEqualTo(mixed.length());
    assertThat(rest.length()).isEqualTo(mixed.length());
    float step = 1 / format.sampleFormat().scale();
    for (int c = 0; c < format.channels(); c++) {
      for (int i = 0; i < mixed.length(); i++) {
        float sum = voice.channel(c)[i] + rest.channel(c)[i];
        assertThat(Math.abs(sum - mixed.channel(c)[i])).isLessThanOrEqualTo(step);
      }
    }
  }

  private static List<Path> mixtures() throws IOException {
    try (var files = Files.walk(Demo.FOLDER)) {
      List<Path> mixtures =
          files.filter(f -> f.getFileName().toString().startsWith("mixture.")).toList();
      assertThat(mixtures).hasSize(6);
      return mixtures;
    }
  }

  private static final class Losses implements TrainingListener {
    private final List<Double> values = new ArrayList<>();

    @Override
    public void roundDone(Round round) {
      assertThat(round.loss()).isFinite();
    }

    @Override
    public void epochDone(Epoch epoch) {
      values.add(epoch.loss());
    }
  }
}
