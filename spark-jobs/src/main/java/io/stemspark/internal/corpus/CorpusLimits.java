package io.stemspark.internal.corpus;

import io.stemspark.settings.Section;
import java.io.Serializable;
import java.util.List;

/**
 * Limits what lists of tracks may name, because a list makes driver and executors read what it
 * names.
 *
 * @param schemes allowed schemes of URIs
 */
public record CorpusLimits(List<String> schemes) implements Serializable {
  public CorpusLimits {
    schemes = List.copyOf(schemes);
  }

  public static CorpusLimits from(Section settings) {
    return new CorpusLimits(settings.texts("schemes"));
  }
}
