package io.stemspark.training;

import io.stemspark.network.NetworkSpec;
import io.stemspark.network.OnnxNetwork;
import io.stemspark.patch.PatchConfig;
import io.stemspark.unet.OnnxExport;
import io.stemspark.unet.UNetConfig;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The training recipe: epochs of shuffled batches in rounds, a score after each epoch, and at the
 * end the weights of the epoch that scored best.
 */
public final class TrainingLoop {
  private final UNetConfig unet;
  private final PatchConfig patch;
  private final TrainingConfig config;
  private final TrainingListener listener;

  public TrainingLoop(
      UNetConfig unet, PatchConfig patch, TrainingConfig config, TrainingListener listener) {
    this.unet = unet;
    this.patch = patch;
    this.config = config;
    this.listener = listener;
  }

  /**
   * Trains {@code fitter}'s network, from the last checkpoint on if there is one. Each round and
   * each epoch end with a checkpoint.
   *
   * @return the epoch whose weights the network then has: the best by validation SDR, or the last
   *     when no epoch has one
   */
  public Epoch run(TrainingSource source, Fitter fitter, Checkpoints checkpoints)
      throws IOException {
    List<StemPatch> validation = source.validation(config.validationPatches());
    TrainingState state = checkpoints.restore(fitter.network()).orElseGet(TrainingState::start);
    long start = System.nanoTime() - (long) (state.seconds() * 1e9);
    while (state.epoch() <= config.epochs()) {
      state = fitEpoch(state, source, fitter, checkpoints, start);
      Epoch epoch =
          new Epoch(state.epoch(), state.meanLoss(), score(fitter, validation), since(start));
      listener.epochDone(epoch);
      state = state.afterEpoch(epoch, () -> fitter.network().params().dup('c').data().asFloat());
      checkpoints.save(state, fitter.network());
    }
    state
        .bestWeights()
        .ifPresent(
            best -> fitter.network().setParams(Nd4j.createFromArray(best).reshape(1, best.length)));
    return state.chosen().orElseThrow();
  }

  private TrainingState fitEpoch(
      TrainingState from, TrainingSource source, Fitter fitter, Checkpoints checkpoints, long start)
      throws IOException {
    int number = from.epoch();
    List<String> batches = source.batches(config.seed() + number);
    TrainingState state = from;
    while (state.batches() < batches.size()) {
      int done = state.batches();
      int next = Math.min(batches.size(), done + fitter.batchesPerRound());
      double loss = fitter.fit(batches.subList(done, next));
      requireFinite(loss, fitter.network(), number, done, next - 1, checkpoints);
      state = state.afterRound(next, loss, since(start));
      checkpoints.save(state, fitter.network());
      listener.roundDone(number, next, batches.size(), loss);
    }
    return state;
  }

  /** What has gone astray is not saved over what was good. */
  private static void requireFinite(
      double loss, ComputationGraph network, int epoch, int first, int last, Checkpoints saved) {
    double sum = network.params().sumNumber().doubleValue();
    if (Double.isFinite(loss) && Double.isFinite(sum)) {
      return;
    }
    throw new IllegalStateException(
        "The %s in epoch %d, batches %d to %d; a lower learning rate may help. %s"
            .formatted(
                Double.isFinite(loss) ? "weights became infinite" : "loss became " + loss,
                epoch,
                first,
                last,
                saved.location()));
  }

  private static double since(long start) {
    return (System.nanoTime() - start) / 1e9;
  }

  private Optional<Validation> score(Fitter fitter, List<StemPatch> validation) {
    if (validation.isEmpty()) {
      return Optional.empty();
    }
    byte[] model = OnnxExport.export(fitter.network(), unet, patch);
    int threads = Runtime.getRuntime().availableProcessors();
    try (OnnxNetwork network = OnnxNetwork.onCpu(model, NetworkSpec.unet(patch), threads)) {
      return Optional.of(Validation.score(network, validation));
    }
  }
}
