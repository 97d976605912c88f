package io.stemspark.network;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.io.Serializable;
import java.util.regex.Pattern;

/**
 * A part of a mixture, by its name: vocals, drums, bass. Files of the stem have this name.
 *
 * @param name lower-case letters, digits, hyphens and underscores, at most 32
 */
public record Stem(@JsonValue String name) implements Serializable {
  /** The name that the file of the whole has. No stem may have it. */
  public static final String MIXTURE = "mixture";

  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9_-]{0,31}");

  /** The singing voice. */
  public static final Stem VOCALS = new Stem("vocals");

  /** All but the voice. */
  public static final Stem ACCOMPANIMENT = new Stem("accompaniment");

  /** What a network of several stems has no other name for. */
  public static final Stem OTHER = new Stem("other");

  @JsonCreator
  public Stem {
    if (name == null || !NAME.matcher(name).matches() || name.equals(MIXTURE)) {
      throw new IllegalArgumentException(
          "A stem has the name \"%s\". Expected lower-case letters, digits, - and _, at most 32, and not %s."
              .formatted(name, MIXTURE));
    }
  }

  @Override
  public String toString() {
    return name;
  }
}
