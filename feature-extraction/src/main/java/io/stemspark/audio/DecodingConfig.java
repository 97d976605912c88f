package io.stemspark.audio;

import io.stemspark.settings.Section;
import java.io.Serializable;
import java.time.Duration;

/**
 * Where files are decoded, and what one of them may cost.
 *
 * @param isolation where files are decoded
 * @param memoryMebibytes memory in MiB that the process may occupy; without isolation there is no
 *     such limit
 * @param timeout how long decoding may take in addition to the audio's duration; without isolation
 *     there is no such limit
 * @param longest duration that one file's audio may have
 */
public record DecodingConfig(
    Isolation isolation, int memoryMebibytes, Duration timeout, Duration longest)
    implements Serializable {
  /** Where files are decoded. */
  public enum Isolation {
    /** In a process of its own. */
    CHILD,
    /** In the process that reads them. */
    NONE
  }

  /** Reads the block {@code decoding} of the settings. */
  public static DecodingConfig from(Section settings) {
    return new DecodingConfig(
        settings.choice("isolation", Isolation.class),
        settings.integer("memory-mebibytes", 128, 1 << 20),
        Duration.ofSeconds(settings.integer("timeout-seconds", 1, 86_400)),
        Duration.ofHours(settings.integer("longest-hours", 1, 10_000)));
  }

  /** A process of its own with 768 MiB, one minute, and one day of audio. */
  public static DecodingConfig standard() {
    return new DecodingConfig(Isolation.CHILD, 768, Duration.ofMinutes(1), Duration.ofDays(1));
  }
}
