package io.stemspark.internal.corpus;

import io.stemspark.internal.corpus.Track.Problem;
import io.stemspark.internal.storage.LocalStatus;
import io.stemspark.internal.storage.Retries;
import io.stemspark.internal.text.Reason;
import io.stemspark.internal.text.SafeText;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Looks up the files that a list of tracks names. What is wrong with one is its track's problem.
 *
 * @param folder of the list
 */
record ListedFiles(Path folder, CorpusLimits limits, Configuration configuration) {
  /** The result of looking a file up: a file, a problem, both, or neither. */
  private record Found(AudioFile file, Problem problem) {}

  /**
   * The track of a row.
   *
   * @param id empty if the row has none
   * @param locations by stem, or mixture, as far as the row names them
   * @param origin the row
   */
  Track track(String id, String split, Map<String, String> locations, String origin) {
    Problem problem = id.isEmpty() ? new Problem(origin + ": it has no track_id.", true) : null;
    if (problem == null && locations.isEmpty()) {
      problem = new Problem(origin + ": it names no file: no mixture, and no stems.", true);
    }
    Map<String, AudioFile> files = new LinkedHashMap<>();
    for (Map.Entry<String, String> location : locations.entrySet()) {
      Found found = find(location.getValue(), origin);
      files.put(location.getKey(), found.file);
      problem = problem == null ? found.problem : problem;
    }
    return Track.of(id.isEmpty() ? origin : id, split, files).listed(origin, problem);
  }

  /**
   * Finds a file with or without blanks around its name: they may fill a column or be part of it.
   */
  private Found find(String location, String origin) {
    String stripped = location.strip();
    Found found = findAsItIs(location, origin);
    return found.problem == null || stripped.equals(location)
        ? found
        : findAsItIs(stripped, origin);
  }

  private Found findAsItIs(String location, String origin) {
    Path path;
    try {
      path = limits.path(folder, location);
    } catch (IllegalArgumentException e) {
      String shown = SafeText.redacted(location);
      return missing(shown, "%s: %s: %s".formatted(origin, shown, e.getMessage()), true);
    }
    String uri = path.toString();
    try {
      FileSystem files = path.getFileSystem(configuration);
      FileStatus status = Retries.call(() -> files.getFileStatus(path));
      return status.isFile()
          ? new Found(AudioFile.of(status), null)
          : missing(uri, "%s: %s is %s.".formatted(origin, uri, kind(status)), true);
    } catch (FileNotFoundException e) {
      return missing(uri, "%s: there is not a file %s.".formatted(origin, uri), true);
    } catch (IOException | RuntimeException e) {
      return missing(
          uri, "%s: %s cannot be looked at: %s".formatted(origin, uri, Reason.of(e)), false);
    }
  }

  private static Found missing(String uri, String reason, boolean permanent) {
    return new Found(AudioFile.missing(uri), new Problem(reason, permanent));
  }

  private static String kind(FileStatus status) {
    if (status.isDirectory()) {
      return "a folder, and an audio file is expected";
    }
    return status instanceof LocalStatus local && local.kind() == LocalStatus.Kind.BROKEN_LINK
        ? "a link that leads nowhere"
        : "no regular file";
  }
}
