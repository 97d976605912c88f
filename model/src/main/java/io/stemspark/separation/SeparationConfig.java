package io.stemspark.separation;

import io.stemspark.network.Engine;
import io.stemspark.network.NetworkSpec;
import io.stemspark.network.Precision;
import io.stemspark.settings.Section;
import java.io.Serializable;

/**
 * How tracks are separated.
 *
 * @param engine what computes the network
 * @param precision in what arithmetic
 * @param overlapFrames frames that neighbouring windows share and fade over
 * @param batchPatches patches that the network sees at once
 * @param maskExponent a mask m becomes m^p / (m^p + (1 - m)^p)
 * @param wiener whether a multichannel Wiener filter refines what the network estimates of stereo
 * @param output what stems are written as
 */
public record SeparationConfig(
    Engine engine,
    Precision precision,
    int overlapFrames,
    int batchPatches,
    double maskExponent,
    boolean wiener,
    OutputConfig output)
    implements Serializable {
  private static final int MOST_BATCH = 1024;

  public static SeparationConfig from(Section separation, Section output) {
    return new SeparationConfig(
        separation.choice("engine", Engine.class),
        separation.choice("precision", Precision.class),
        separation.integer("overlap-frames", 0, 1 << 15),
        separation.integer("batch-patches", 1, MOST_BATCH),
        separation.number("mask-exponent", 0.1, 10),
        separation.flag("wiener"),
        OutputConfig.from(output));
  }

  /**
   * Checks that tracks can be separated in this way by a network.
   *
   * @throws IllegalArgumentException that says which setting does not fit it
   */
  public void requireFits(NetworkSpec network) {
    int most = network.patch().frames() / 2;
    if (overlapFrames > most) {
      throw new IllegalArgumentException(
          "an overlap of 0 to %d frames, half of the model's patch, not %d"
              .formatted(most, overlapFrames));
    }
    if (maskExponent != 1 && network.output() == NetworkSpec.Output.COMPLEX) {
      throw new IllegalArgumentException(
          "a mask exponent of 1 for a model that gives spectra instead of masks, not "
              + maskExponent);
    }
  }
}
