package io.stemspark.internal.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stemspark.internal.export.OnnxExport;
import io.stemspark.internal.export.UNetParameters;
import io.stemspark.internal.export.UNetParameters.Kind;
import io.stemspark.network.NetworkSpec;
import io.stemspark.network.Stem;
import io.stemspark.network.UNetConfig;
import io.stemspark.patch.Patch;
import io.stemspark.patch.PatchConfig;
import io.stemspark.patch.Patcher;
import io.stemspark.spectrogram.Stft;
import io.stemspark.spectrogram.StftConfig;
import io.stemspark.spectrogram.StftConfig.Window;
import io.stemspark.training.Augmentation;
import io.stemspark.training.Epoch;
import io.stemspark.training.Epoch.Validation;
import io.stemspark.training.LocalSgdSchedule;
import io.stemspark.training.Optimizer;
import io.stemspark.training.Round;
import io.stemspark.training.TrainingBackend;
import io.stemspark.training.TrainingConfig;
import io.stemspark.training.TrainingListener;
import io.stemspark.unet.Loss;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;

class TrainingLoopTest {
  private static final StftConfig STFT = new StftConfig(44_100, 1024, 256, Window.HANN);
  private static final PatchConfig PATCH = new PatchConfig(64, 256);
  private static final UNetConfig UNET = new UNetConfig(1, 1, List.of(4, 8));
  private static final int STEPS = 20;
  private static final TrainingConfig CONFIG =
      config(0, TestTraining.EVERY_STEP, Augmentation.NONE);

  private static TrainingConfig config(
      int patience, LocalSgdSchedule averaging, Augmentation augmentation) {
    return config(patience, averaging, augmentation, 10);
  }

  private static TrainingConfig config(
      int patience, LocalSgdSchedule averaging, Augmentation augmentation, double lossLimit) {
    return new TrainingConfig(
        List.of(Stem.VOCALS),
        TrainingBackend.TORCH,
        Loss.MAGNITUDE,
        5,
        patience,
        0,
        2,
        averaging,
        new Optimizer(0.01, 0.1, 4, 0.01, false),
        lossLimit,
        augmentation,
        8,
        0,
        3,
        "");
  }

  @Test
  void lossFallsAndTheVoiceIsFound() throws IOException {
    Clip clip = Clip.load();
    List<Epoch> epochs = new ArrayList<>();
    loop(CONFIG, clip, fitter(clip, CONFIG), Checkpoints.NONE, epochs).run();

    assertThat(epochs).extracting(Epoch::number).containsExactly(1, 2, 3, 4, 5);
    assertThat(epochs.get(4).loss()).isLessThan(0.8 * epochs.get(0).loss());
    Validation last = epochs.get(4).validation().orElseThrow();
    assertThat(last.sdr()).isGreaterThan(last.mixtureSdr() + 1);
  }

  @Test
  void sameSeedTrainsTheSameWeights() throws IOException {
    Clip clip = Clip.load();
    INDArray first = train(clip);
    INDArray second = train(clip);
    assertThat(first.sub(second).amaxNumber().doubleValue()).isZero();
  }

  private static INDArray train(Clip clip) throws IOException {
    LocalStepRunner<FirstPatch> fitter = fitter(clip, CONFIG);
    loop(CONFIG, clip, fitter, Checkpoints.NONE, new ArrayList<>()).run();
    return fitter.network().params().dup();
  }

  /** Killed again and again, in the middle of epochs and between them. */
  @Test
  void goingOnEqualsNotHavingStopped() throws IOException {
    assertGoingOnEqualsNotHavingStopped(CONFIG);
  }

  @Test
  void goingOnGoesOnWithMovingAveragePeriodsAndMomentum() throws IOException {
    assertGoingOnEqualsNotHavingStopped(
        config(0, new LocalSgdSchedule(1, 3, 30, 0.5, 0.8), Augmentation.NONE));
  }

  private static void assertGoingOnEqualsNotHavingStopped(TrainingConfig config)
      throws IOException {
    Clip clip = Clip.load();
    LocalStepRunner<FirstPatch> undisturbed = fitter(clip, config);
    loop(config, clip, undisturbed, Checkpoints.NONE, new ArrayList<>()).run();

    MemoryCheckpoints checkpoints = new MemoryCheckpoints();
    LocalStepRunner<FirstPatch> fitter = fitter(clip, config);
    int lives = 1;
    while (!survives(config, clip, mortal(fitter, 4), checkpoints)) {
      fitter = fitter(clip, config);
      lives++;
    }
    assertThat(lives).isGreaterThan(2);
    assertThat(numbers(fitter)).isEqualTo(numbers(undisturbed));
  }

  /** ND4J's own comparison of arrays lets differences of 1e-5 pass. */
  private static float[] numbers(StepRunner<FirstPatch> fitter) {
    return fitter.network().params().dup('c').data().asFloat();
  }

  private static boolean survives(
      TrainingConfig config, Clip clip, StepRunner<FirstPatch> fitter, Checkpoints checkpoints)
      throws IOException {
    try {
      loop(config, clip, fitter, checkpoints, new ArrayList<>()).run();
      return true;
    } catch (Killed e) {
      return false;
    }
  }

  @Test
  void trainingEndsWhenScoresDoNotRise() throws IOException {
    Clip clip = Clip.load();
    TrainingConfig impatient = config(2, TestTraining.EVERY_STEP, Augmentation.NONE);
    LocalStepRunner<FirstPatch> trained = fitter(clip, impatient);
    MemoryCheckpoints checkpoints = new MemoryCheckpoints();
    List<Epoch> epochs = new ArrayList<>();
    Epoch chosen = loop(impatient, clip, ruinedAfter(1, clip, trained), checkpoints, epochs).run();
    assertThat(chosen.number()).isEqualTo(1);
    assertThat(epochs).extracting(Epoch::number).containsExactly(1, 2, 3);
    // Killed between its last epoch and its end.
    epochs.clear();
    assertThat(loop(impatient, clip, fitter(clip, impatient), checkpoints, epochs).run().number())
        .isEqualTo(1);
    assertThat(epochs).isEmpty();
  }

  private static final class Killed extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  /** Dies after some rounds, and has then trained on without anybody's knowing. */
  private static StepRunner<FirstPatch> mortal(LocalStepRunner<FirstPatch> fitter, int rounds) {
    return new ChangedStepRunner<>(
        fitter,
        (fit, round) -> {
          if (round > rounds) {
            throw new Killed();
          }
          return fit;
        });
  }

  private static final class MemoryCheckpoints implements Checkpoints {
    private byte[] last;

    @Override
    public String location() {
      return "Look into memory.";
    }

    @Override
    public Optional<TrainingState> restore(ComputationGraph network) throws IOException {
      return last == null
          ? Optional.empty()
          : Optional.of(CheckpointFile.read(new ByteArrayInputStream(last), network));
    }

    @Override
    public void save(TrainingState state, ComputationGraph network) throws IOException {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      CheckpointFile.write(bytes, Map.of(), state, network);
      last = bytes.toByteArray();
    }
  }

  @Test
  void keepsTheWeightsOfTheBestEpoch() throws IOException {
    Clip clip = Clip.load();
    LocalStepRunner<FirstPatch> trained = fitter(clip, CONFIG);
    StepRunner<FirstPatch> ruined = ruinedAfter(2, clip, trained);
    List<Epoch> epochs = new ArrayList<>();
    Epoch chosen = loop(CONFIG, clip, ruined, Checkpoints.NONE, epochs).run();

    assertThat(chosen.number()).isEqualTo(2);
    assertThat(score(trained.network(), clip)).isEqualTo(chosen.validation().orElseThrow());
    assertThat(score(trained.network(), clip)).isNotEqualTo(epochs.get(4).validation().get());
  }

  /** Gives weights that separate nothing once some epochs are done. */
  private static StepRunner<FirstPatch> ruinedAfter(
      int epochs, Clip clip, LocalStepRunner<FirstPatch> trained) {
    return new ChangedStepRunner<>(
        trained,
        (fit, round) -> {
          if (round > epochs * clip.batches(0).size()) {
            // A mask of ones: no separation at all.
            INDArray weights = trained.network().params();
            weights.assign(0);
            new UNetParameters(UNET).get("mask", Kind.BIAS).of(weights).assign(30);
          }
          return fit;
        });
  }

  private static Validation score(ComputationGraph network, Clip clip) {
    return PatchScores.score(
        OnnxExport.export(network, UNET, PATCH), NetworkSpec.Patches.unet(PATCH), clip.patches);
  }

  /** Four batches are one for each of three workers, and one that nobody trains on. */
  @Test
  void allWorkersGetAsManyBatches() throws IOException {
    Clip clip = Clip.load();
    LocalStepRunner<FirstPatch> fitter = fitter(clip, CONFIG);
    List<Integer> rounds = new ArrayList<>();
    StepRunner<FirstPatch> three =
        new StepRunner<>() {
          @Override
          public Fit fit(List<FirstPatch> batches) throws IOException {
            rounds.add(batches.size());
            return fitter.fit(batches);
          }

          @Override
          public ComputationGraph network() {
            return fitter.network();
          }

          @Override
          public int workers() {
            return 3;
          }
        };
    loop(CONFIG, clip, three, Checkpoints.NONE, new ArrayList<>()).run();
    assertThat(rounds).containsExactly(3, 3, 3, 3, 3);
  }

  @Test
  void withoutValidationTheLastEpochCounts() throws IOException {
    Clip clip = Clip.load();
    Clip unvalidated = new Clip(clip.patches, List.of());
    Epoch chosen =
        loop(CONFIG, unvalidated, fitter(unvalidated, CONFIG), Checkpoints.NONE, new ArrayList<>())
            .run();
    assertThat(chosen.number()).isEqualTo(5);
    assertThat(chosen.validation()).isEmpty();
  }

  @Test
  void stopsWhenTheLossIsNoNumber() throws IOException {
    Clip clip = Clip.load();
    LocalStepRunner<FirstPatch> fitter = fitter(clip, CONFIG);
    fitter.network().params().assign(Float.NaN);
    Checkpoints checkpoints = new MemoryCheckpoints();
    assertThatThrownBy(() -> loop(CONFIG, clip, fitter, checkpoints, new ArrayList<>()).run())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("The loss became NaN in epoch 1, batches 1 to 1")
        // Where nothing has been saved, nothing is to be looked for.
        .hasMessageEndingWith("A lower learning rate may help.");
  }

  /** In the first round of the second epoch, which has none of its own to compare with. */
  @Test
  void stopsWhenTheLossExplodes() throws IOException {
    Clip clip = Clip.load();
    MemoryCheckpoints checkpoints = new MemoryCheckpoints();
    StepRunner<FirstPatch> exploding = loudAfterTheFirstEpoch(clip);
    assertThatThrownBy(() -> loop(CONFIG, clip, exploding, checkpoints, new ArrayList<>()).run())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("The loss rose from")
        .hasMessageContaining("in epoch 2, batches 1 to 1");
    assertThat(checkpoints.restore(fitter(clip, CONFIG).network()).orElseThrow().batches())
        .isZero();
  }

  @Test
  void goesOnWhereTheLossHasNoLimit() throws IOException {
    Clip clip = Clip.load();
    TrainingConfig unlimited = config(0, TestTraining.EVERY_STEP, Augmentation.NONE, 0);
    List<Epoch> epochs = new ArrayList<>();
    loop(unlimited, clip, loudAfterTheFirstEpoch(clip), Checkpoints.NONE, epochs).run();
    assertThat(epochs).hasSize(unlimited.epochs());
  }

  private static StepRunner<FirstPatch> loudAfterTheFirstEpoch(Clip clip) {
    int rounds = clip.batches(0).size();
    return new ChangedStepRunner<>(
        fitter(clip, CONFIG),
        (fit, round) ->
            round > rounds
                ? StepRunner.Fit.of(
                    new double[][] {{20 * fit.loss()}},
                    fit.computingSeconds(),
                    fit.waitingSeconds())
                : fit);
  }

  /**
   * The loss of a round is of its last forward pass, before the step that ruins the weights, and
   * does not tell whose step it was.
   */
  @Test
  void weightsThatAreNoNumbersAreNotSaved() throws IOException {
    Clip clip = Clip.load();
    TrainingConfig rare = config(0, new LocalSgdSchedule(2, 2, 0), Augmentation.NONE);
    LocalStepRunner<FirstPatch> trained = fitter(clip, rare);
    MemoryCheckpoints checkpoints = new MemoryCheckpoints();
    StepRunner<FirstPatch> ruined =
        new ChangedStepRunner<>(
            trained,
            (fit, round) -> {
              if (round != 2) {
                return fit;
              }
              trained.network().params().putScalar(0, Float.POSITIVE_INFINITY);
              double loss = fit.loss();
              return StepRunner.Fit.of(new double[][] {{loss}, {loss / 2}}, 1, 0);
            });
    assertThatThrownBy(() -> loop(rare, clip, ruined, checkpoints, new ArrayList<>()).run())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("The weights became infinite in epoch 1, batches 3 to 4")
        .hasMessageContaining("Look into memory.");
    ComputationGraph saved = fitter(clip, CONFIG).network();
    assertThat(checkpoints.restore(saved).orElseThrow().batches()).isEqualTo(2);
    assertThat(saved.params().sumNumber().doubleValue()).isFinite();
  }

  @Test
  void batchHoldsMagnitudesAndTheirLogarithm() throws IOException {
    List<StemPatch> patches = Clip.load().patches.subList(3, 4);
    var batch = new BatchAssembler(PATCH, 1, CONFIG).assemble(patches, 1);
    float[] vocals = new float[PATCH.size()];
    patches.get(0).stems().get(0).magnitudes(vocals, 0);
    INDArray mixture = batch.getFeatures(1);
    assertThat(batch.getLabels(0).shape()).containsExactly(1, 1, 64, 256);
    assertThat(batch.getLabels(0).dup('c').data().asFloat()).isEqualTo(vocals);
    double expected = Math.log1p(mixture.getDouble(0, 0, 7, 30));
    assertThat(batch.getFeatures(0).getDouble(0, 0, 7, 30))
        .isCloseTo(expected, org.assertj.core.api.Assertions.within(1e-6));
  }

  private static TrainingLoop<FirstPatch> loop(
      TrainingConfig config,
      TrainingSource<FirstPatch> source,
      StepRunner<FirstPatch> fitter,
      Checkpoints checkpoints,
      List<Epoch> heard) {
    return new TrainingLoop<>(
        UNET,
        PATCH,
        config,
        source,
        fitter,
        STEPS,
        checkpoints,
        new TrainingListener() {
          @Override
          public void roundDone(Round round) {
            assertThat(round.batchesDone()).isLessThanOrEqualTo(round.batches());
            assertThat(round.computing() + round.waiting()).isBetween(0.0, 1.0);
          }

          @Override
          public void epochDone(Epoch epoch) {
            heard.add(epoch);
          }
        });
  }

  private static LocalStepRunner<FirstPatch> fitter(Clip clip, TrainingConfig config) {
    ComputationGraph network =
        config.compute().create(UNET, PATCH, LearningRules.of(config, STEPS), config.seed());
    BatchAssembler assembler = new BatchAssembler(PATCH, 1, config);
    return new LocalStepRunner<>(
        network,
        key -> {
          int end = key.number() + config.batchSize();
          return assembler.assemble(clip.patches.subList(key.number(), end), key.number());
        });
  }

  /** Names a batch by its first patch. */
  private record FirstPatch(int number) implements BatchKey {
    @Override
    public List<String> tracks() {
      return List.of("patch" + number);
    }
  }

  /** A real clip in memory. */
  private record Clip(List<StemPatch> patches, List<StemPatch> held)
      implements TrainingSource<FirstPatch> {
    @Override
    public List<StemPatch> sample(int most) {
      return patches.subList(0, Math.min(most, patches.size()));
    }

    static Clip load() throws IOException {
      List<Patch> vocals = split(TestTraining.stem("vocals"));
      List<Patch> rest = split(TestTraining.stem("accompaniment"));
      List<StemPatch> patches = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        patches.add(new StemPatch(List.of(vocals.get(i).content(), rest.get(i).content())));
      }
      return new Clip(patches, patches);
    }

    private static List<Patch> split(float[] samples) {
      return new Patcher(PATCH).split(new Stft(STFT).forward(samples));
    }

    @Override
    public List<FirstPatch> batches(long seed) {
      List<FirstPatch> keys = new ArrayList<>(Stream.of(0, 2, 4, 6).map(FirstPatch::new).toList());
      Collections.shuffle(keys, new Random(seed));
      return keys;
    }

    @Override
    public List<StemPatch> validation(int most) {
      return held;
    }
  }
}
