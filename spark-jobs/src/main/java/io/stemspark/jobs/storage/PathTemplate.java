package io.stemspark.jobs.storage;

import io.stemspark.jobs.corpus.Track;
import java.io.Serializable;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where stems lie below the output folder.
 *
 * @param text a relative path with {@code {track_id}}, {@code {stem}}, {@code {ext}} and {@code
 *     {split}} in it
 */
public record PathTemplate(String text) implements Serializable {
  private static final Pattern PLACEHOLDER = Pattern.compile("\\{([^}]*)}");
  private static final Set<String> KNOWN = Set.of("track_id", "stem", "ext", "split");
  private static final Pattern UNSAFE_PART = Pattern.compile("|\\.|\\.\\.");

  public PathTemplate {
    Set<String> found = new TreeSet<>();
    Matcher placeholders = PLACEHOLDER.matcher(text);
    while (placeholders.find()) {
      found.add(placeholders.group(1));
    }
    if (!KNOWN.containsAll(found) || !found.contains("track_id") || !found.contains("stem")) {
      throw new IllegalArgumentException(
          "a path with {track_id}, {stem} and, if wanted, {ext} and {split}");
    }
    if (!isInside(render(text, "id", "split", "stem", "ext"))) {
      throw new IllegalArgumentException("a path that stays below the output folder");
    }
  }

  /**
   * The path of a stem, relative to the output folder.
   *
   * @throws IllegalArgumentException when the track's id would lead it out of that folder
   */
  public String path(Track track, String stem, String extension) {
    String path = render(text, track.id(), track.split(), stem, extension);
    if (!isInside(path)) {
      throw new IllegalArgumentException(
          "its stems would lie at \"%s\"; an id needs names between its slashes, not . or .."
              .formatted(path));
    }
    return path;
  }

  private static String render(
      String text, String id, String split, String stem, String extension) {
    return PLACEHOLDER
        .matcher(text)
        .replaceAll(
            found ->
                Matcher.quoteReplacement(
                    switch (found.group(1)) {
                      case "track_id" -> id;
                      case "stem" -> stem;
                      case "ext" -> extension;
                      default -> split;
                    }));
  }

  /** A first part that starts with an underscore could be the run's own folder. */
  private static boolean isInside(String path) {
    if (path.startsWith("_") || path.indexOf('\\') >= 0 || path.indexOf('\0') >= 0) {
      return false;
    }
    for (String part : path.split("/", -1)) {
      if (UNSAFE_PART.matcher(part).matches()) {
        return false;
      }
    }
    return true;
  }
}
