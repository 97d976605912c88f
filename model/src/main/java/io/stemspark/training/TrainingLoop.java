package io.stemspark.training;

import io.stemspark.network.NetworkSpec;
import io.stemspark.network.OnnxNetwork;
import io.stemspark.patch.PatchConfig;
import io.stemspark.unet.OnnxExport;
import io.stemspark.unet.UNetConfig;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.nd4j.linalg.api.ndarray.INDArray;

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
   * Trains {@code fitter}'s network.
   *
   * <p>* @return the epoch whose weights the network then has: the best by validation SDR, or the
   * last when no epoch has one
   */
  public Epoch run(TrainingSource source, Fitter fitter) throws IOException {
    List<StemPatch> validation = source.validation(config.validationPatches());
    Epoch chosen = null;
    double best = Double.NEGATIVE_INFINITY;
    INDArray bestWeights = null;
    long start = System.nanoTime();
    for (int number = 1; number <= config.epochs(); number++) {
      double loss = fitEpoch(number, source.batches(config.seed() + number), fitter);
      Optional<Validation> score = score(fitter, validation);
      Epoch epoch = new Epoch(number, loss, score, (System.nanoTime() - start) / 1e9);
      listener.epochDone(epoch);
      if (score.isPresent() && score.get().sdr() > best) {
        best = score.get().sdr();
        bestWeights = fitter.network().params().dup();
        chosen = epoch;
      } else if (bestWeights == null) {
        chosen = epoch;
      }
    }
    if (bestWeights != null) {
      fitter.network().setParams(bestWeights);
    }
    return chosen;
  }

  private double fitEpoch(int number, List<String> batches, Fitter fitter) throws IOException {
    double sum = 0;
    int rounds = 0;
    for (int done = 0; done < batches.size(); ) {
      int next = Math.min(batches.size(), done + fitter.batchesPerRound());
      double loss = fitter.fit(batches.subList(done, next));
      if (!Double.isFinite(loss)) {
        throw new IllegalStateException(
            "The loss became %s in epoch %d, batches %d to %d; a lower learning rate may help"
                .formatted(loss, number, done, next - 1));
      }
      sum += loss;
      rounds++;
      done = next;
      listener.roundDone(number, done, batches.size(), loss);
    }
    return sum / rounds;
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
