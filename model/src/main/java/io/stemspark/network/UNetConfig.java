package io.stemspark.network;

import io.stemspark.patch.PatchConfig;
import io.stemspark.settings.Section;
import java.io.Serializable;
import java.util.List;

/**
 * The size of the U-Net.
 *
 * @param inChannels audio channels that it sees at once, 1 or 2
 * @param outChannels channels of the masks: as many for each stem
 * @param features feature maps of each encoder level, first to last; the bottleneck has twice the
 *     last
 * @param fold what becomes channels before the first level, and is undone behind the mask
 */
public record UNetConfig(int inChannels, int outChannels, List<Integer> features, Fold fold)
    implements Serializable {
  private static final int MAX_FEATURES = 4096;
  private static final int MAX_LEVELS = 8;
  private static final int MAX_STEMS = 15;

  /**
   * Neighbours that become channels ("space to depth"): {@code frames} x {@code bins} elements of a
   * spectrogram are one position of the network. Its work per second of audio falls by their
   * number.
   */
  public record Fold(int frames, int bins) implements Serializable {
    /** Every element is a position. */
    public static final Fold NONE = new Fold(1, 1);

    private static final int MAX_SIDE = 16;

    public Fold {
      if (frames < 1 || frames > MAX_SIDE || bins < 1 || bins > MAX_SIDE) {
        throw new IllegalArgumentException(
            "The fold is %d frames x %d bins. Expected 1 to %d of each."
                .formatted(frames, bins, MAX_SIDE));
      }
    }

    /** Elements of a position. */
    public int size() {
      return frames * bins;
    }
  }

  public UNetConfig {
    features = List.copyOf(features);
    if (inChannels < 1
        || inChannels > 2
        || outChannels < inChannels
        || outChannels > MAX_STEMS * inChannels
        || outChannels % inChannels != 0) {
      throw new IllegalArgumentException(
          "The U-Net has %d input and %d output channels. Expected one or two, and as many for each of 1 to %d stems."
              .formatted(inChannels, outChannels, MAX_STEMS));
    }
    if (features.isEmpty() || features.size() > MAX_LEVELS) {
      throw new IllegalArgumentException(
          "The U-Net has %d levels of features. Expected 1 to 8.".formatted(features.size()));
    }
    if (features.stream().anyMatch(f -> f < 1 || f > MAX_FEATURES)) {
      throw new IllegalArgumentException(
          "The features per level are %s. Expected 1 to 4096.".formatted(features));
    }
  }

  /** A network without a fold. */
  public UNetConfig(int inChannels, int outChannels, List<Integer> features) {
    this(inChannels, outChannels, features, Fold.NONE);
  }

  /** Reads the block {@code unet} of the settings. */
  public static UNetConfig from(Section settings) {
    return settings.build(
        "features",
        () ->
            new UNetConfig(
                settings.integer("in-channels", 1, 2),
                settings.integer("out-channels", 1, 2 * MAX_STEMS),
                settings.integers("features", 1, MAX_FEATURES),
                new Fold(
                    settings.integer("fold-frames", 1, Fold.MAX_SIDE),
                    settings.integer("fold-bins", 1, Fold.MAX_SIDE))));
  }

  /** Stems that it gives masks of. */
  public int stems() {
    return outChannels / inChannels;
  }

  /** Levels of the encoder, each of which halves frames and bins. */
  public int levels() {
    return features.size();
  }

  /** Feature maps between encoder and decoder. */
  public int bottleneck() {
    return 2 * features.get(levels() - 1);
  }

  /**
   * Checks that the fold divides a patch evenly, and every pooling halves it evenly.
   *
   * @throws IllegalArgumentException if a side of the patch is not a multiple of fold x 2^levels
   */
  public void requireFits(PatchConfig patch) {
    int frames = fold.frames << levels();
    int bins = fold.bins << levels();
    if (patch.frames() % frames != 0 || patch.bins() % bins != 0) {
      throw new IllegalArgumentException(
          "The patch has %d frames x %d bins. Expected multiples of %d frames and %d bins (fold x 2 ^ %d levels)."
              .formatted(patch.frames(), patch.bins(), frames, bins, levels()));
    }
  }
}
