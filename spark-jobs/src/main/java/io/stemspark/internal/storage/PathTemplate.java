package io.stemspark.internal.storage;

import static java.util.stream.Collectors.toSet;

import io.stemspark.internal.text.SafeText;
import io.stemspark.network.Stem;
import io.stemspark.separation.OutputConfig.StemSelection;
import java.io.File;
import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where stems lie below the output folder.
 *
 * @param text a relative path with {@code {stem}} and what tells tracks apart, {@code {track_id}}
 *     or {@code {title}}, in it, and {@code {ext}}, {@code {split}} and {@linkplain PathTags#NAMES
 *     tags}, if wanted
 */
public record PathTemplate(String text) implements Serializable {
  private static final Pattern PLACEHOLDER = Pattern.compile("\\{([^}]*)}");
  private static final Set<String> KNOWN = Set.of("track_id", "stem", "ext", "split");
  private static final TrackName SAMPLE = new TrackName("id", "split", Map.of());
  private static final List<String> SPLITS = List.of("train", "valid", "test");

  private static final Pattern UNSAFE_PART = Pattern.compile("|\\.|\\.\\.");

  private static final String CORPUS = "{corpus}/{stem}.{ext}";

  /**
   * Where the stems of a corpus lie in MUSDB18's layout: below the track's id in its split. No
   * other template has this placeholder.
   */
  public static final PathTemplate AS_CORPUS = new PathTemplate(CORPUS);

  public PathTemplate {
    Set<String> found = placeholders(text);
    boolean known =
        found.stream().allMatch(name -> KNOWN.contains(name) || PathTags.NAMES.contains(name));
    boolean tells = found.contains("track_id") || found.contains("title");
    if (!text.equals(CORPUS) && !(known && tells && found.contains("stem"))) {
      throw new IllegalArgumentException(
          "The path is %s. Expected {stem}, {track_id} or {title} and, if wanted, {ext}, {split} and tags of the track in it: {%s}."
              .formatted(SafeText.quoted(text), String.join("}, {", PathTags.NAMES)));
    }
    if (!isInside(render(text, SAMPLE, "stem", "ext"))) {
      throw new IllegalArgumentException(
          "The path is %s. Expected one that stays below the output folder."
              .formatted(SafeText.quoted(text)));
    }
  }

  private static Set<String> placeholders(String text) {
    return PLACEHOLDER.matcher(text).results().map(name -> name.group(1)).collect(toSet());
  }

  /**
   * What a path is made of beside a stem.
   *
   * @param id of the track
   * @param tags as {@link PathTags} has them; may be null, which is as none
   */
  public record TrackName(String id, String split, Map<String, String> tags) {}

  /**
   * The path of a stem, relative to the output folder.
   *
   * @param stem empty for a file that holds all of them: it lies where their folder would
   * @throws IllegalArgumentException when the track's id would lead it out of that folder
   */
  public String path(TrackName track, String stem, String extension) {
    String path = render(stem.isEmpty() ? ofAll() : text, track, stem, extension);
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

  private static String render(String text, TrackName track, String stem, String extension) {
    return PLACEHOLDER
        .matcher(text)
        .replaceAll(
            found ->
                Matcher.quoteReplacement(
                    switch (found.group(1)) {
                      case "track_id" -> track.id;
                      case "split" -> track.split;
                      case "corpus" -> inSplit(track.id, track.split);
                      case "stem" -> stem;
                      case "ext" -> extension;
                      default -> PathTags.text(found.group(1), track);
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
    return !hasSplits() && !hasTags();
  }

  /** Whether a track's split is part of its path. */
  public boolean hasSplits() {
    return text.contains("{split}") || text.contains("{corpus}");
  }

  /** Whether a track's tags are part of its path. */
  public boolean hasTags() {
    return placeholders(text).stream().anyMatch(PathTags.NAMES::contains);
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
