package io.stemspark.separation;

import io.stemspark.audio.Container;
import io.stemspark.settings.Section;
import java.io.Serializable;

/**
 * How tracks are separated.
 *
 * @param overlapFrames frames that neighbouring windows share; masks cross-fade over them
 * @param container the kind of file that stems are written as
 */
public record SeparationConfig(int overlapFrames, Container container) implements Serializable {
  public static SeparationConfig from(Section settings) {
    return new SeparationConfig(
        settings.integer("overlap-frames", 0, 1 << 15),
        settings.choice("container", Container.class));
  }
}
