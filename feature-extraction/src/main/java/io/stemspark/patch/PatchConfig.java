package io.stemspark.patch;

import io.stemspark.settings.Section;
import java.io.Serializable;

/**
 * The size of a patch.
 *
 * @param frames frames per patch
 * @param bins bins per patch, counted from 0 Hz
 */
public record PatchConfig(int frames, int bins) implements Serializable {
  private static final int MOST = 1 << 16;
  private static final long MAX_ELEMENTS = 1 << 24;

  public PatchConfig {
    if (frames < 1 || frames > MOST || bins < 1 || bins > MOST) {
      throw new IllegalArgumentException(
          "The patch has %d frames and %d bins. Expected 1 to 65536 of each."
              .formatted(frames, bins));
    }
    if ((long) frames * bins > MAX_ELEMENTS) {
      throw new IllegalArgumentException(
          "The patch has %d frames x %d bins. Expected at most %d elements."
              .formatted(frames, bins, MAX_ELEMENTS));
    }
  }

  /** Reads the block {@code patch} of the settings. */
  public static PatchConfig from(Section settings) {
    return settings.build(
        "bins",
        () ->
            new PatchConfig(
                settings.integer("frames", 1, MOST), settings.integer("bins", 1, MOST)));
  }

  /** Elements of a patch: frames * bins. */
  public int size() {
    return frames * bins;
  }
}
