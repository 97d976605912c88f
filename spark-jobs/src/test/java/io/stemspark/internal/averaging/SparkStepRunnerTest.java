package io.stemspark.internal.averaging;

import static org.assertj.core.api.Assertions.assertThat;

import io.stemspark.internal.config.JobSettings;
import io.stemspark.internal.session.SparkSettings;
import io.stemspark.internal.training.BatchKey;
import io.stemspark.internal.training.BatchLoader;
import io.stemspark.internal.training.LearningRules;
import io.stemspark.internal.training.LocalStepRunner;
import io.stemspark.internal.training.StepRunner;
import io.stemspark.network.UNetConfig;
import io.stemspark.patch.PatchConfig;
import io.stemspark.training.TrainingConfig;
import io.stemspark.unet.UNetGraph;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.CnnLossLayer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Steps in Spark tasks are those of one machine, but for the averaging. */
@Tag("integration")
class SparkStepRunnerTest {
  private static final PatchConfig PATCH = new PatchConfig(16, 16);
  private static final int BATCH = 2;

  /** Seeds of the parts of a batch, one after the other, or {@link #NO_NUMBERS}. */
  private record Seeds(List<Long> seeds) implements BatchKey {
    private static final long NO_NUMBERS = -1;

    static List<Seeds> ofBatches(long... seeds) {
      return Arrays.stream(seeds).mapToObj(seed -> new Seeds(List.of(seed))).toList();
    }

    @Override
    public List<String> tracks() {
      return List.of();
    }
  }

  /** Random batches. */
  private record Loader() implements BatchLoader<Seeds>, Serializable {
    @Override
    public MultiDataSet load(Seeds key) {
      List<INDArray> mixtures = new ArrayList<>();
      List<INDArray> voices = new ArrayList<>();
      for (long seed : key.seeds()) {
        Random random = new Random(seed); // ND4J's is shared by all threads
        INDArray voice = array(random);
        voices.add(voice);
        mixtures.add(voice.add(array(random)));
      }
      INDArray mixture = Nd4j.concat(0, mixtures.toArray(INDArray[]::new));
      if (key.seeds().contains(Seeds.NO_NUMBERS)) {
        mixture.assign(Float.NaN);
      }
      return new MultiDataSet(
          new INDArray[] {mixture.dup(), mixture},
          new INDArray[] {Nd4j.concat(0, voices.toArray(INDArray[]::new))});
    }
  }

  private static INDArray array(Random random) {
    float[] values = new float[BATCH * PATCH.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextFloat();
    }
    return Nd4j.createFromArray(values).reshape(BATCH, 1, PATCH.frames(), PATCH.bins());
  }

  private static TrainingConfig training(String... assignments) {
    List<String> all = new ArrayList<>(List.of("stemspark.training.batch-size=" + BATCH));
    for (String assignment : assignments) {
      all.add("stemspark.training." + assignment);
    }
    return JobSettings.load(List.of(), all).training();
  }

  private static JavaSparkContext spark(int cores) {
    return new SparkSettings("test", "local[" + cores + "]", Map.of("ui.enabled", "false"))
        .forTraining(0)
        .start();
  }

  private static SparkStepRunner<Seeds> fitter(
      JavaSparkContext context, ComputationGraph network, TrainingConfig training, int workers) {
    return new SparkStepRunner<>(context, network, training, workers, new Loader());
  }

  private static ComputationGraph unet(TrainingConfig training) {
    return training
        .compute()
        .create(new UNetConfig(1, 1, List.of(2, 4)), PATCH, LearningRules.of(training, 100), 3);
  }

  /** The whole recipe: Adam with its limit, schedule and decay. */
  @Test
  void oneWorkerThatAveragesEveryStepIsTheSingleMachine() throws IOException {
    TrainingConfig training =
        training("averaging-period=1", "last-averaging-period=1", "weight-decay=0.01");
    LocalStepRunner<Seeds> local = new LocalStepRunner<>(unet(training), new Loader());
    List<Double> losses = new ArrayList<>();
    for (int step = 0; step < 30; step++) {
      losses.add(local.fit(Seeds.ofBatches(step)).loss());
    }
    try (JavaSparkContext context = spark(1)) {
      SparkStepRunner<Seeds> distributed = fitter(context, unet(training), training, 1);
      for (int step = 0; step < 30; step++) {
        StepRunner.Fit fit = distributed.fit(Seeds.ofBatches(step));
        assertThat(fit.loss()).isEqualTo(losses.get(step));
        assertThat(fit.computingSeconds()).isGreaterThan(1e-3);
      }
      assertThat(numbers(distributed.network().params()))
          .isEqualTo(numbers(local.network().params()));
      assertThat(numbers(distributed.network().getUpdater().getStateViewArray()))
          .isEqualTo(numbers(local.network().getUpdater().getStateViewArray()));
      assertThat(distributed.network().getConfiguration().getIterationCount()).isEqualTo(30);
    }
  }

  /** ND4J's own comparison of arrays lets differences of 1e-5 pass. */
  private static float[] numbers(INDArray array) {
    return array.dup('c').data().asFloat();
  }

  /**
   * Batch normalisation sees a batch as a whole, so that of two halves is another; without it the
   * mean of two gradients is that of both batches together.
   */
  @Test
  void twoWorkersThatAverageEveryStepAreOneWithTwiceTheBatch() throws IOException {
    TrainingConfig training = training("averaging-period=1", "last-averaging-period=1");
    LocalStepRunner<Seeds> local = new LocalStepRunner<>(withoutNormalisation(), new Loader());
    try (JavaSparkContext context = spark(2)) {
      SparkStepRunner<Seeds> distributed = fitter(context, withoutNormalisation(), training, 2);
      INDArray start = distributed.network().params().dup();
      for (int step = 0; step < 20; step++) {
        long one = 2L * step;
        long other = one + 1;
        local.fit(List.of(new Seeds(List.of(one, other))));
        distributed.fit(Seeds.ofBatches(one, other));
      }
      double moved = local.network().params().distance2(start);
      double apart = local.network().params().distance2(distributed.network().params());
      assertThat(moved).isGreaterThan(0.01);
      assertThat(apart).isLessThan(1e-5 * moved);
    }
  }

  private static ComputationGraph withoutNormalisation() {
    InputType input = InputType.convolutional(PATCH.frames(), PATCH.bins(), 1);
    ComputationGraph network =
        new ComputationGraph(
            new NeuralNetConfiguration.Builder()
                .seed(5)
                .updater(new Sgd(1e-3))
                .convolutionMode(ConvolutionMode.Same)
                .graphBuilder()
                .addInputs(UNetGraph.SPECTROGRAM, UNetGraph.MIXTURE)
                .setInputTypes(input, input)
                .addLayer(
                    "convolution",
                    new ConvolutionLayer.Builder(3, 3).nOut(4).activation(Activation.RELU).build(),
                    UNetGraph.SPECTROGRAM)
                .addLayer(
                    "mask",
                    new ConvolutionLayer.Builder(3, 3)
                        .nOut(1)
                        .activation(Activation.SIGMOID)
                        .build(),
                    "convolution")
                .addVertex(
                    "estimate",
                    new ElementWiseVertex(ElementWiseVertex.Op.Product),
                    "mask",
                    UNetGraph.MIXTURE)
                .addLayer(
                    "loss",
                    new CnnLossLayer.Builder(LossFunction.L1)
                        .activation(Activation.IDENTITY)
                        .build(),
                    "estimate")
                .setOutputs("loss")
                .build());
    network.init();
    return network;
  }

  /** Makes batches slowly. */
  private record Slow(Loader loader) implements BatchLoader<Seeds>, Serializable {
    private static final int MILLIS = 300;

    @Override
    public MultiDataSet load(Seeds key) {
      try {
        TimeUnit.MILLISECONDS.sleep(MILLIS);
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
      return loader.load(key);
    }
  }

  @Test
  void waitingForDataIsToldFromSteps() throws IOException {
    TrainingConfig training = training("averaging-period=4", "last-averaging-period=4");
    try (JavaSparkContext context = spark(1)) {
      SparkStepRunner<Seeds> distributed =
          new SparkStepRunner<>(context, unet(training), training, 1, new Slow(new Loader()));
      distributed.fit(Seeds.ofBatches(1, 2, 3, 4));
      StepRunner.Fit fit = distributed.fit(Seeds.ofBatches(5, 6, 7, 8));
      // The first batch is waited for, and of the others what steps do not cover.
      double loading = 4 * Slow.MILLIS / 1e3;
      assertThat(fit.waitingSeconds() + fit.computingSeconds()).isGreaterThan(0.9 * loading);
      assertThat(fit.waitingSeconds()).isLessThan(2 * loading);
      assertThat(fit.computingSeconds()).isBetween(1e-3, loading);
    }
  }

  @Test
  void theBatchWhoseLossIsNoNumberIsKnown() throws IOException {
    TrainingConfig training = training("averaging-period=3", "last-averaging-period=3");
    try (JavaSparkContext context = spark(2)) {
      SparkStepRunner<Seeds> distributed = fitter(context, unet(training), training, 2);
      assertThat(distributed.fit(Seeds.ofBatches(1, 2, 3, 4, 5, 6)).loss()).isFinite();
      StepRunner.Fit fit = distributed.fit(Seeds.ofBatches(1, 2, 3, 4, Seeds.NO_NUMBERS, 6));
      assertThat(fit.suspects()).isEqualTo(new StepRunner.Suspects(Double.NaN, 3, 4));
      assertThat(fit.loss()).isNaN();
    }
  }

  /** A round that is shorter than the longest counts for the steps that it has. */
  @Test
  void stepsAreCountedWhenPeriodsDiffer() throws IOException {
    TrainingConfig training = training("averaging-period=1", "last-averaging-period=4");
    try (JavaSparkContext context = spark(2)) {
      SparkStepRunner<Seeds> distributed = fitter(context, unet(training), training, 2);
      distributed.fit(Seeds.ofBatches(1, 2));
      assertThat(distributed.network().getConfiguration().getIterationCount()).isEqualTo(1);
      distributed.fit(Seeds.ofBatches(1, 2, 3, 4, 5, 6, 7, 8));
      assertThat(distributed.network().getConfiguration().getIterationCount()).isEqualTo(5);
    }
  }
}
