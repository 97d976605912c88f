package io.stemspark.network;

import io.stemspark.patch.PatchConfig;
import io.stemspark.settings.Section;
import java.io.Serializable;
import java.util.List;

/**
 * The size of the U-Net.
 *
 * @param inChannels channels of the input spectrogram
 * @param outChannels channels of the mask
 * @param features feature maps of each encoder level, first to last; the bottleneck has twice the
 *     last
 */
public record UNetConfig(int inChannels, int outChannels, List<Integer> features)
    implements Serializable {
  private static final int MAX_FEATURES = 4096;
  private static final int MAX_LEVELS = 8;

  public UNetConfig {
    features = List.copyOf(features);
    if (inChannels != 1 || outChannels != 1) {
      throw new IllegalArgumentException(
          "The U-Net has %d input and %d output channels. Expected one of each."
              .formatted(inChannels, outChannels));
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

  /** Reads the block {@code unet} of the settings. */
  public static UNetConfig from(Section settings) {
    return settings.build(
        "features",
        () ->
            new UNetConfig(
                settings.integer("in-channels", 1, 1),
                settings.integer("out-channels", 1, 1),
                settings.integers("features", 1, MAX_FEATURES)));
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
   * Checks that every pooling halves a patch evenly.
   *
   * @throws IllegalArgumentException if a side of the patch is not a multiple of 2^levels
   */
  public void requireFits(PatchConfig patch) {
    int multiple = 1 << levels();
    if (patch.frames() % multiple != 0 || patch.bins() % multiple != 0) {
      throw new IllegalArgumentException(
          "The patch has %d frames x %d bins. Expected multiples of %d (2 ^ %d levels)."
              .formatted(patch.frames(), patch.bins(), multiple, levels()));
    }
  }
}
