package io.stemspark.training;

import io.stemspark.settings.Section;
import java.io.Serializable;

/**
 * How patches are changed before a network sees them, anew every epoch.
 *
 * @param remix whether a stem is mixed with the other stems of other patches of the batch
 * @param leastGain the least random factor that stems are scaled by
 * @param mostGain the greatest
 * @param swapChannels whether left and right of each stem are swapped at random, for networks that
 *     see both at once
 */
public record Augmentation(boolean remix, double leastGain, double mostGain, boolean swapChannels)
    implements Serializable {
  /** Patches as they are. */
  public static final Augmentation NONE = new Augmentation(false, 1, 1, false);

  public Augmentation {
    if (leastGain > mostGain) {
      throw new IllegalArgumentException(
          "The most-gain is %s. Expected at least %s, the least-gain."
              .formatted(mostGain, leastGain));
    }
  }

  static Augmentation from(Section settings) {
    return settings.build(
        "most-gain",
        () ->
            new Augmentation(
                settings.flag("remix"),
                settings.number("least-gain", 0, 16),
                settings.number("most-gain", 0, 16),
                settings.flag("swap-channels")));
  }
}
