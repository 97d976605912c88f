package io.stemspark.internal.corpus;

import io.stemspark.internal.storage.Locations;
import io.stemspark.internal.text.SafeText;
import io.stemspark.settings.Section;
import java.io.Serializable;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import org.apache.hadoop.fs.Path;

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

  /**
   * Checks a location that somebody else has named.
   *
   * @throws IllegalArgumentException when it may not be read, or holds a credential
   */
  public void requireAllowed(String location) {
    if (SafeText.holdsCredential(location)) {
      throw new IllegalArgumentException(
          "It holds a credential, which would end up in journals and logs. Name the file alone, and"
              + " give credentials to the file system (conf/s3.conf).");
    }
    String scheme = Locations.scheme(location).orElse("").toLowerCase(Locale.ROOT);
    if (!scheme.isEmpty() && !schemes.contains(scheme)) {
      throw new IllegalArgumentException(
          "The scheme %s is not allowed. Allowed are %s (stemspark.corpus.schemes)."
              .formatted(scheme, String.join(", ", schemes)));
    }
  }

  /**
   * The path that a location in a list means.
   *
   * @param folder of the list
   * @throws IllegalArgumentException as {@link #requireAllowed} does, or when it is none
   */
  Path path(Path folder, String location) {
    requireAllowed(location);
    if (Locations.scheme(location).isEmpty()) {
      URI base = folder.toUri();
      String path = location.startsWith("/") ? location : base.getPath() + "/" + location;
      return new Path(base.getScheme(), base.getAuthority(), path);
    }
    return new Path(location);
  }

  public static CorpusLimits from(Section settings) {
    return new CorpusLimits(settings.texts("schemes"));
  }
}
