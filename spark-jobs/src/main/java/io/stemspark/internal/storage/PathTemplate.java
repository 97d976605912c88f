package io.stemspark.internal.storage;

import io.stemspark.internal.text.SafeText;
import io.stemspark.network.Stem;
import io.stemspark.separation.OutputConfig.StemSelection;
import java.io.File;
import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Where stems lie below the output folder.
 *
 * @param text a relative path with {@code {track_id}}, {@code {stem}}, {@code {ext}} and {@code
 *     {split}} in it
 */
public record PathTemplate(String text) implements Serializable {
  private static final Pattern PLACEHOLDER = Pattern.compile("\\{([^}]*)}");
  private static final Set<String> KNOWN = Set.of("track_id", "stem", "ext", "split");
  private static final List<String> SPLITS = List.of("train", "valid", "test");

  private static final Pattern UNSAFE_PART = Pattern.compile("|\\.|\\.\\.");

  private static final String CORPUS = "{corpus}/{stem}.{ext}";

  /**
   * Where the stems of a corpus lie in MUSDB18's layout: below the track's id in its split. No
   * other template has this placeholder.
   */
  public static final PathTemplate AS_CORPUS = new PathTemplate(CORPUS);

  public PathTemplate {
    Set<String> found =
        PLACEHOLDER.matcher(text).results().map(name -> name.group(1)).collect(Collectors.toSet());
    boolean known = KNOWN.containsAll(found) || text.equals(CORPUS);
    boolean tells = found.contains("track_id") || text.equals(CORPUS);
    if (!known || !tells || !found.contains("stem")) {
      throw new IllegalArgumentException(
          "The path is %s. Expected {track_id}, {stem} and, if wanted, {ext} and {split} in it."
              .formatted(SafeText.quoted(text)));
    }
    if (!isInside(render(text, "id", "split", "stem", "ext"))) {
      throw new IllegalArgumentException(
          "The path is %s. Expected one that stays below the output folder."
              .formatted(SafeText.quoted(text)));
    }
  }

  /**
   * The path of a stem, relative to the output folder.
   *
   * @param stem empty for a file that holds all of them: it lies where their folder would
   * @throws IllegalArgumentException when the track's id would lead it out of that folder
   */
  public String path(String trackId, String split, String stem, String extension) {
    String path = render(stem.isEmpty() ? ofAll() : text, trackId, split, stem, extension);
    if (!isInside(path)) {
      throw new IllegalArgumentException(
          "Its result would lie at \"%s\". An id needs names between its slashes, not . or .., and may not begin with _stemspark."
              .formatted(path));
    }
    return path;
  }

  private String ofAll() {
    return text.replace("/{stem}", "").replace("{stem}/", "").replace("{stem}", "stems");
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
                      case "corpus" -> inSplit(id, split);
                      case "stem" -> stem;
                      case "ext" -> extension;
                      default -> split;
                    }));
  }

  /** The id in its split, or in {@code train} where it has none that a training uses. */
  private static String inSplit(String id, String split) {
    String known = SPLITS.contains(split) ? split : SPLITS.get(0);
    return id.startsWith(known + "/") ? id : known + "/" + id;
  }

  /** Whether the stems of a track fill a folder of their own, which no corpus takes for songs. */
  public boolean makesFoldersOfStems(StemSelection stems) {
    // A folder with a mixture is a track to separate.
    return !stems.withMixture()
        && stems.has(Stem.VOCALS)
        && text.endsWith("{track_id}/{stem}.{ext}");
  }

  /** Whether ids alone tell paths apart. */
  public boolean isByIdAlone() {
    return !text.contains("{split}") && !text.contains("{corpus}");
  }

  private static boolean isInside(String path) {
    boolean separator = File.separatorChar == '\\' && path.indexOf('\\') >= 0;
    String[] parts = path.split("/", -1);
    return !separator
        && path.indexOf('\0') < 0
        && !parts[0].equalsIgnoreCase(OutputLayout.OWN)
        && Arrays.stream(parts).noneMatch(part -> UNSAFE_PART.matcher(part).matches());
  }
}
