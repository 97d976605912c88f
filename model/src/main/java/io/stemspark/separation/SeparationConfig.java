package io.stemspark.separation;

import io.stemspark.settings.Section;
import java.io.Serializable;

/**
 * How tracks are separated.
 *
 * @param overlapFrames frames that neighbouring windows share; masks cross-fade over them
 * @param output what stems are written as
 */
public record SeparationConfig(int overlapFrames, OutputConfig output) implements Serializable {
  public static SeparationConfig from(Section separation, Section output) {
    return new SeparationConfig(
        separation.integer("overlap-frames", 0, 1 << 15), OutputConfig.from(output));
  }
}
