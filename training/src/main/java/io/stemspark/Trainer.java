package io.stemspark;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.stemspark.audio.AudioException;
import io.stemspark.bundle.ModelBundle;
import io.stemspark.bundle.Origin;
import io.stemspark.internal.export.TrainedWeights;
import io.stemspark.internal.training.Checkpoints;
import io.stemspark.internal.training.LearningRules;
import io.stemspark.internal.training.LocalStepRunner;
import io.stemspark.internal.training.MemorySource;
import io.stemspark.internal.training.TrainingLoop;
import io.stemspark.network.Stem;
import io.stemspark.network.UNetConfig;
import io.stemspark.patch.PatchConfig;
import io.stemspark.settings.Section;
import io.stemspark.spectrogram.StftConfig;
import io.stemspark.training.Epoch;
import io.stemspark.training.TrainingConfig;
import io.stemspark.training.TrainingListener;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.graph.ComputationGraph;

/**
 * Trains a U-Net on this machine, without Spark, on stems that fit into memory: a patch of the
 * default size, three seconds of one channel, takes 2 MB.
 *
 * <pre>{@code
 * ModelBundle bundle =
 *     Trainer.standard()
 *         .add(Path.of("song/vocals.wav"), Path.of("song/accompaniment.wav"))
 *         .train(TrainingListener.NONE);
 * }</pre>
 *
 * <p>For more data, and for checkpoints, use {@code extract} and {@code train} on Spark. Not
 * thread-safe.
 */
public final class Trainer {
  private final StftConfig stft;
  private final PatchConfig patch;
  private final UNetConfig unet;
  private final TrainingConfig config;
  private final MemorySource source;

  /**
   * A training with these settings.
   *
   * @throws IllegalArgumentException when the network's levels do not divide the patch, when it
   *     learns other stems than vocals, or batch norms are frozen, of which fresh ones have no
   *     statistics
   */
  public Trainer(StftConfig stft, PatchConfig patch, UNetConfig unet, TrainingConfig config) {
    unet.requireFits(patch);
    config.requireFits(unet);
    if (!config.stems().equals(List.of(Stem.VOCALS))) {
      throw new IllegalArgumentException(
          "The network learns %s. Expected vocals: other stems are learned by train, on Spark."
              .formatted(config.stems()));
    }
    if (config.optimizer().frozenBatchNorm()) {
      throw new IllegalArgumentException(
          "Batch norms are frozen, and fresh ones have no statistics yet. Train them first.");
    }
    this.stft = stft;
    this.patch = patch;
    this.unet = unet;
    this.config = config;
    this.source = new MemorySource(stft, patch, unet.inChannels(), config);
  }

  /** A training with the defaults of {@code reference.conf}. */
  public static Trainer standard() {
    Config defaults = ConfigFactory.defaultReference();
    return new Trainer(
        StftConfig.from(new Section(defaults, "stemspark.stft")),
        PatchConfig.from(new Section(defaults, "stemspark.patch")),
        UNetConfig.from(new Section(defaults, "stemspark.unet")),
        TrainingConfig.from(new Section(defaults, "stemspark.training")));
  }

  /**
   * Adds a track to train on.
   *
   * @throws AudioException when a file is damaged, or the stems differ in channels or length
   */
  public Trainer add(Path vocals, Path accompaniment) throws IOException {
    source.add(vocals, accompaniment, false);
    return this;
  }

  /**
   * Adds a track to score after each epoch. With such tracks the best epoch's weights are kept,
   * else the last one's.
   *
   * @throws AudioException when a file is damaged, or the stems differ in channels or length
   */
  public Trainer addValidation(Path vocals, Path accompaniment) throws IOException {
    source.add(vocals, accompaniment, true);
    return this;
  }

  /**
   * Trains.
   *
   * @param listener is called after each round and each epoch, on the caller's thread
   * @throws IllegalArgumentException when there are fewer patches than a batch has
   * @throws IllegalStateException when the loss becomes NaN or runs away
   */
  public ModelBundle train(TrainingListener listener) throws IOException {
    int batches = source.batchesPerEpoch();
    if (batches == 0) {
      throw new IllegalArgumentException(
          "There are %d patches to train on. Expected at least %d, the size of a batch."
              .formatted(source.size(), config.batchSize()));
    }
    int steps = Math.multiplyExact(config.epochs(), batches);
    ComputationGraph network =
        config.compute().create(unet, patch, LearningRules.of(config, steps), config.seed());
    Epoch chosen =
        new TrainingLoop<>(
                unet,
                patch,
                config,
                source,
                new LocalStepRunner<>(network, source),
                steps,
                Checkpoints.NONE,
                listener)
            .run();
    return TrainedWeights.pack(
        stft, patch, config.stems(), origin(), TrainingLoop.metrics(chosen), network);
  }

  private Origin.Fitted origin() {
    String version = Trainer.class.getPackage().getImplementationVersion();
    return new Origin.Fitted(
        config.licence(),
        unet,
        new Origin.Provenance(
            version == null ? "unknown" : version,
            Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
            "in memory",
            source.size(),
            1,
            Map.of("training", config.toString())));
  }
}
