package io.stemspark.internal.training;

import io.stemspark.internal.export.OnnxExport;
import io.stemspark.network.NetworkSpec;
import io.stemspark.network.UNetConfig;
import io.stemspark.patch.PatchConfig;
import io.stemspark.training.Epoch;
import io.stemspark.training.Epoch.Validation;
import io.stemspark.training.Round;
import io.stemspark.training.TrainingConfig;
import io.stemspark.training.TrainingListener;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.schedule.ISchedule;

/**
 * The training recipe: epochs of shuffled batches in rounds, a score after each epoch, and at the
 * end the weights of the epoch that scored best.
 */
public final class TrainingLoop<K extends BatchKey> {
  /** Rounds after which a mean of their losses says something. */
  private static final int SETTLED = 8;

  private static final int MAX_TRACKS_NAMED = 100;

  private final UNetConfig unet;
  private final PatchConfig patch;
  private final TrainingConfig config;
  private final TrainingSource<K> source;
  private final StepRunner<K> stepRunner;
  private final ISchedule schedule;
  private final Checkpoints checkpoints;
  private final TrainingListener listener;
  private final WeightAverage average;
  private final OuterMomentum momentum;
  private TrainingState state;
  private long start;

  /**
   * @param steps that each worker makes in all epochs
   */
  public TrainingLoop(
      UNetConfig unet,
      PatchConfig patch,
      TrainingConfig config,
      TrainingSource<K> source,
      StepRunner<K> stepRunner,
      int steps,
      Checkpoints checkpoints,
      TrainingListener listener) {
    this.unet = unet;
    this.patch = patch;
    this.config = config;
    this.source = source;
    this.stepRunner = stepRunner;
    this.schedule = LearningRules.schedule(config.optimizer(), steps);
    this.checkpoints = checkpoints;
    this.listener = listener;
    this.average = new WeightAverage(config.averaging().memory());
    this.momentum = new OuterMomentum(config.averaging(), unet);
  }

  /**
   * Trains the network, from the last checkpoint on if there is one. Each round and each epoch end
   * with a checkpoint.
   *
   * @return the epoch whose weights the network then has: the best by validation SDR, or the last
   *     when no epoch has one
   */
  public Epoch run() throws IOException {
    List<StemPatch> validation = source.validation(config.validationPatches());
    state = checkpoints.restore(stepRunner.network()).orElseGet(TrainingState::start);
    state.average().ifPresent(values -> average.restore(values, steps()));
    state.momentum().ifPresent(momentum::restore);
    start = System.nanoTime() - (long) (state.seconds() * 1e9);
    listener.started(state.epoch(), state.batches());
    try {
      fitEpochs(validation);
    } finally {
      listener.ended();
    }
    state.bestWeights().or(average::values).ifPresent(this::setWeights);
    return state.chosen().orElseThrow();
  }

  /** The metrics of a bundle, by name: those of the epoch whose weights it has. */
  public static Map<String, Double> metrics(Epoch chosen) {
    Map<String, Double> metrics = new TreeMap<>();
    metrics.put("epoch", (double) chosen.number());
    metrics.put("training_loss", chosen.loss());
    metrics.put("training_seconds", chosen.seconds());
    chosen
        .validation()
        .ifPresent(
            scores -> {
              metrics.put("validation_loss", scores.loss());
              metrics.put("validation_sdr_db", scores.sdr());
              metrics.put("validation_mixture_sdr_db", scores.mixtureSdr());
            });
    return metrics;
  }

  private void fitEpochs(List<StemPatch> validation) throws IOException {
    while (!ended()) {
      fitEpoch();
      Optional<Validation> scores =
          validation.isEmpty()
              ? Optional.empty()
              : average.with(stepRunner.network(), () -> Optional.of(score(validation)));
      Epoch epoch = new Epoch(state.epoch(), state.meanLoss(), scores, seconds());
      listener.epochDone(epoch);
      state = state.afterEpoch(epoch, this::weights);
      checkpoints.save(state, stepRunner.network());
    }
  }

  private Validation score(List<StemPatch> validation) {
    return PatchScores.score(
        OnnxExport.export(stepRunner.network(), unet, patch),
        NetworkSpec.Patches.unet(patch, unet.inChannels(), config.stems()),
        validation);
  }

  private boolean ended() {
    return state.epoch() > config.epochs()
        || (config.patience() > 0 && state.epochsSinceChosen() >= config.patience());
  }

  /** The weights that are scored: the moving average where there is one. */
  private float[] weights() {
    return average
        .values()
        .orElseGet(() -> stepRunner.network().params().dup('c').data().asFloat());
  }

  private void setWeights(float[] values) {
    stepRunner.network().setParams(Nd4j.createFromArray(values).reshape(1, values.length));
  }

  private int steps() {
    return stepRunner.network().getConfiguration().getIterationCount();
  }

  private double seconds() {
    return (System.nanoTime() - start) / 1e9;
  }

  private void fitEpoch() throws IOException {
    int workers = stepRunner.workers();
    long perRound = (long) workers * config.averaging().period(state.epoch(), config.epochs());
    List<K> all = source.batches(BatchOrder.seedOf(config.seed(), state.epoch()));
    // What is left over is drawn anew in the next epoch.
    List<K> batches = all.subList(0, all.size() / workers * workers);
    double before = seconds();
    while (state.batches() < batches.size()) {
      int done = state.batches();
      int next = (int) Math.min(batches.size(), done + perRound);
      Optional<float[]> weights = momentum.before(stepRunner.network());
      StepRunner.Fit fit = stepRunner.fit(batches.subList(done, next));
      requireSound(fit, batches.subList(done, next));
      momentum.apply(weights, stepRunner.network());
      int steps = (next - done) / workers;
      average.add(stepRunner.network().params(), steps);
      state = state.afterRound(next, fit.loss(), seconds(), average.values(), momentum.memory());
      checkpoints.save(state, stepRunner.network());
      double now = seconds();
      Round round = round(batches.size(), steps, fit, now - before);
      before = now;
      listener.roundDone(round);
    }
  }

  private Round round(int batches, int steps, StepRunner.Fit fit, double seconds) {
    int workers = stepRunner.workers();
    double computing = fit.computingSeconds() / workers / seconds;
    double waiting = fit.waitingSeconds() / workers / seconds;
    return new Round(
        state.epoch(),
        state.batches(),
        batches,
        steps(),
        steps,
        schedule.valueAt(steps() - 1, state.epoch()),
        fit.loss(),
        (double) steps * workers * config.batchSize() / seconds,
        workers,
        computing,
        waiting,
        Math.max(0, 1 - computing - waiting),
        state.seconds());
  }

  /** What has gone astray is not saved over what was good. */
  private void requireSound(StepRunner.Fit fit, List<K> batches) {
    double loss = fit.suspects().loss();
    int first = fit.suspects().first();
    int last = fit.suspects().last();
    String trouble;
    if (!Double.isFinite(loss)) {
      trouble = "loss became NaN";
    } else if (!Double.isFinite(stepRunner.network().params().sumNumber().doubleValue())) {
      // Losses are of the weights before a step: those of the last steps tell nothing of it.
      trouble = "weights became infinite";
      first = 0;
      last = batches.size() - 1;
    } else if (config.lossLimit() > 0 && loss > config.lossLimit() * usualLoss()) {
      trouble =
          "loss rose from %.4g to %.4g, more than loss-limit = %s times as much,"
              .formatted(usualLoss(), loss, config.lossLimit());
    } else {
      return;
    }
    throw new IllegalStateException(
        "The %s in epoch %d, batches %d to %d (tracks: %s). A lower learning rate may help.%s"
            .formatted(
                trouble,
                state.epoch(),
                state.batches() + first + 1,
                state.batches() + last + 1,
                tracks(batches.subList(first, last + 1)),
                state.isStart() ? "" : " " + checkpoints.location()));
  }

  /** The mean loss of this epoch, or of the best one while rounds are few; NaN if there is none. */
  private double usualLoss() {
    return state.rounds() >= SETTLED
        ? state.meanLoss()
        : state.chosen().map(Epoch::loss).orElse(Double.NaN);
  }

  private String tracks(List<K> batches) {
    List<String> all =
        batches.stream().flatMap(batch -> batch.tracks().stream()).distinct().sorted().toList();
    String named = all.stream().limit(MAX_TRACKS_NAMED).collect(Collectors.joining(", "));
    int more = all.size() - MAX_TRACKS_NAMED;
    return more > 0 ? "%s and %d more".formatted(named, more) : named;
  }
}
