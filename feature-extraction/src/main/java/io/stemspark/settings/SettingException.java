package io.stemspark.settings;

import com.typesafe.config.ConfigOrigin;
import io.stemspark.internal.text.SafeText;

/** A setting that cannot be used. The message names file, line, key, value and what is wrong. */
public final class SettingException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public SettingException(String message) {
    super(message);
  }

  /**
   * @param origin where the value was written
   * @param path the full key, for example {@code stemspark.stft.hop-length}
   * @param value the value as written
   * @param problem what is wrong or what would be right, in sentences, for example "Expected a
   *     whole number from 1 to 4096."
   */
  public SettingException(ConfigOrigin origin, String path, Object value, String problem) {
    super(
        "%s: %s = %s. %s"
            .formatted(
                origin.description(),
                SafeText.quoted(path),
                SafeText.quoted(String.valueOf(value)),
                problem));
  }
}
