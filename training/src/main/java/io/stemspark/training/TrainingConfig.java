package io.stemspark.training;

import io.stemspark.internal.network.StemSet;
import io.stemspark.network.Stem;
import io.stemspark.network.UNetConfig;
import io.stemspark.settings.Section;
import io.stemspark.unet.Loss;
import java.util.HashSet;
import java.util.List;

/**
 * The training recipe.
 *
 * @param stems what the network learns to estimate, in the order of its masks
 * @param compute the engine that computes passes of the network
 * @param loss what the network is fitted to
 * @param epochs how many at most; each ends with a validation
 * @param patience epochs without a better score after which training ends; 0 for all epochs
 * @param patchesPerEpoch patches of an epoch, drawn anew each time; 0 for all
 * @param batchSize patches per step of one worker
 * @param averaging when weights are averaged, and over what
 * @param optimizer how steps follow from gradients
 * @param lossLimit training ends when the loss is more than this many times its usual value; 0 for
 *     no limit
 * @param augmentation how patches are changed
 * @param validationPatches patches that are scored after each epoch, at most
 * @param workers tasks that train in parallel; 0 for as many as executors can run when training
 *     starts
 * @param seed of weights, order and augmentation
 * @param licence of the bundle; empty if nobody has said
 */
public record TrainingConfig(
    List<Stem> stems,
    TrainingBackend compute,
    Loss loss,
    int epochs,
    int patience,
    int patchesPerEpoch,
    int batchSize,
    LocalSgdSchedule averaging,
    Optimizer optimizer,
    double lossLimit,
    Augmentation augmentation,
    int validationPatches,
    int workers,
    long seed,
    String licence) {
  public static final int MAX_EPOCHS = 1_000_000;

  public TrainingConfig {
    stems = List.copyOf(stems);
    if (stems.isEmpty() || new HashSet<>(stems).size() < stems.size()) {
      throw new IllegalArgumentException(
          "The network learns the stems %s. Expected one at least, and each once."
              .formatted(stems));
    }
    if (patience > 0 && validationPatches == 0) {
      throw new IllegalArgumentException(
          "The patience is %d and validation-patches is 0. Expected a patience of 0: without scores, no epoch is better than another."
              .formatted(patience));
    }
  }

  /** Reads the block {@code training} of the settings. */
  public static TrainingConfig from(Section settings) {
    TrainingConfig config = settings.build("patience", () -> read(settings));
    return settings.build(
        "frozen-batch-norm",
        () -> {
          config.compute.requireComputes(config.optimizer.frozenBatchNorm());
          return config;
        });
  }

  private static List<Stem> stems(List<String> names) {
    List<Stem> stems = names.stream().map(Stem::new).toList();
    StemSet.of(stems); // More than that no model has.
    return stems;
  }

  /**
   * Checks that a network gives masks of these stems.
   *
   * @throws IllegalArgumentException when it gives more or fewer
   */
  public void requireFits(UNetConfig unet) {
    if (unet.stems() != stems.size()) {
      throw new IllegalArgumentException(
          "The U-Net has %d output channels, and learns %s. Expected %d: for each of the stems as many as it has input channels."
              .formatted(unet.outChannels(), stems, stems.size() * unet.inChannels()));
    }
  }

  /** The same that learns other stems. */
  public TrainingConfig withStems(List<Stem> others) {
    return new TrainingConfig(
        others,
        compute,
        loss,
        epochs,
        patience,
        patchesPerEpoch,
        batchSize,
        averaging,
        optimizer,
        lossLimit,
        augmentation,
        validationPatches,
        workers,
        seed,
        licence);
  }

  private static TrainingConfig read(Section settings) {
    return new TrainingConfig(
        settings.build("stems", () -> stems(settings.texts("stems"))),
        settings.choice("compute", TrainingBackend.class),
        settings.choice("loss", Loss.class),
        settings.integer("epochs", 1, MAX_EPOCHS),
        settings.integer("patience", 0, 1_000_000),
        settings.integer("patches-per-epoch", 0, Integer.MAX_VALUE),
        settings.integer("batch-size", 1, 4096),
        LocalSgdSchedule.from(settings),
        Optimizer.from(settings),
        settings.number("loss-limit", 0, 1e12),
        Augmentation.from(settings),
        settings.integer("validation-patches", 0, 1_000_000),
        settings.integer("workers", 0, 100_000),
        settings.integer64("seed"),
        settings.text("licence"));
  }
}
