package io.stemspark.audio;

import io.stemspark.settings.Section;
import java.io.Serializable;
import java.time.Duration;

/**
 * Where files are decoded, and what one of them may cost.
 *
 * @param isolation where files are decoded
 * @param memoryMebibytes that the process may occupy; without isolation there is no such limit
 * @param timeout decoding may take this long, and beyond that as long as the audio lasts; without
 *     isolation there is no such limit
 * @param longest duration of one file's audio
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

  public static DecodingConfig from(Section settings) {
    return new DecodingConfig(
        settings.choice("isolation", Isolation.class),
        settings.integer("memory-mebibytes", 128, 1 << 20),
        Duration.ofSeconds(settings.integer("timeout-seconds", 1, 86_400)),
        Duration.ofHours(settings.integer("longest-hours", 1, 10_000)));
  }

  /** A process of its own, 768 MiB, a minute, a day. */
  public static DecodingConfig standard() {
    return new DecodingConfig(Isolation.CHILD, 768, Duration.ofMinutes(1), Duration.ofDays(1));
  }
}
