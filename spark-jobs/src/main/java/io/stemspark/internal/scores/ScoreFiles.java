package io.stemspark.internal.scores;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.stemspark.internal.journal.Fingerprint;
import io.stemspark.internal.lease.Fence;
import io.stemspark.internal.storage.AtomicFiles;
import io.stemspark.internal.storage.Locations;
import io.stemspark.internal.storage.PublishPermit;
import io.stemspark.internal.storage.Retries;
import io.stemspark.internal.text.SafeText;
import io.stemspark.metrics.Estimator;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** The files of an evaluation. */
public final class ScoreFiles {
  /** The page, in the report's folder. */
  public static final String PAGE = "index.html";

  /** All scores. */
  public static final String TABLE = "scores.json";

  private static final String LIST = "scores.csv";
  private static final String VERSION = "version";

  /** The folder of the tracks' own files. */
  public static final String TRACKS = "tracks";

  /** The folder of clips to listen to. */
  public static final String EXAMPLES = "examples";

  /** All that a report's folder holds beside the run's own files. */
  public static final Set<String> ALL = Set.of(PAGE, TABLE, LIST, TRACKS, EXAMPLES);

  private ScoreFiles() {}

  /**
   * Writes the scores of a track.
   *
   * @param temporary for what is not whole yet
   * @param permit is asked before the file becomes visible
   * @return the file's size
   */
  public static long write(
      ScoreFile scores,
      Path file,
      Path temporary,
      PublishPermit permit,
      Configuration configuration)
      throws IOException {
    byte[] json = ScoreFile.MAPPER.writeValueAsBytes(scores);
    AtomicFiles.write(file, temporary, permit, configuration, stream -> stream.write(json));
    return json.length;
  }

  /**
   * The summary of a track's scores; empty if there are none, or those of other stems, another
   * model or other settings.
   *
   * @param fingerprints of the scores that are wanted, in each version
   * @throws DamagedScoresException when the file is damaged
   */
  public static Optional<ScoreTable.Row> read(
      Path file, String trackId, Set<Fingerprint> fingerprints, Configuration configuration)
      throws IOException {
    Optional<ScoreFile> found =
        read(file, ScoreFile.class, configuration)
            .filter(scores -> fingerprints.contains(scores.fingerprint()));
    if (found.isEmpty()) {
      return Optional.empty();
    }
    ScoreFile scores = found.get();
    ScoreTable.Row row = new ScoreTable.Row(scores.trackId(), scores.seconds(), scores.summary());
    boolean sound =
        row.isComplete()
            && row.trackId().equals(trackId)
            && row.scores().containsKey(Estimator.EVALUATED.words());
    if (!sound) {
      throw new DamagedScoresException(
          file, "Values are missing, or belong to another track.", null);
    }
    return Optional.of(row);
  }

  /**
   * Writes the table of all tracks.
   *
   * @param report the fence of the run that holds the report's folder
   */
  public static void write(ScoreTable table, Fence report, Configuration configuration)
      throws IOException {
    byte[] json = ScoreFile.MAPPER.writeValueAsBytes(table);
    byte[] csv = table.csv().getBytes(StandardCharsets.UTF_8);
    report.write(new Path(report.output(), TABLE), configuration, out -> out.write(json));
    report.write(new Path(report.output(), LIST), configuration, out -> out.write(csv));
  }

  /**
   * Writes the page.
   *
   * @param report the fence of the run that holds the report's folder
   * @return where it lies
   */
  public static String writePage(String page, Fence report, Configuration configuration)
      throws IOException {
    byte[] html = page.getBytes(StandardCharsets.UTF_8);
    Path file = new Path(report.output(), PAGE);
    report.write(file, configuration, out -> out.write(html));
    return file.toString();
  }

  /**
   * The table of an evaluation.
   *
   * @throws FileNotFoundException when no evaluation has written there
   */
  public static ScoreTable readTable(String report, Configuration configuration)
      throws IOException {
    Path file = Locations.child(Locations.of(report), TABLE);
    ScoreTable table =
        read(file, ScoreTable.class, configuration)
            .orElseThrow(
                () ->
                    new FileNotFoundException(
                        "%s holds no %s, and so is not the report of an evaluation."
                            .formatted(report, TABLE)));
    if (!table.isComplete()) {
      throw new DamagedScoresException(file, "Values are missing.", null);
    }
    return table;
  }

  private static <T> Optional<T> read(Path file, Class<T> type, Configuration configuration)
      throws IOException {
    FileSystem files = file.getFileSystem(configuration);
    try {
      T table =
          Retries.call(
              () -> {
                try (InputStream stream = files.open(file)) {
                  return parse(file, ScoreFile.MAPPER.readTree(stream), type);
                }
              });
      return Optional.of(table);
    } catch (FileNotFoundException e) {
      return Optional.empty();
    } catch (JsonProcessingException e) {
      throw new DamagedScoresException(file, SafeText.quoted(e.getOriginalMessage()), e);
    }
  }

  private static <T> T parse(Path file, JsonNode json, Class<T> type) throws IOException {
    if (!(json instanceof ObjectNode scores)) {
      throw new DamagedScoresException(file, "It is not a JSON object.", null);
    }
    if (!scores.has(VERSION)) {
      scores.put(VERSION, 1);
    }
    if (scores.path(VERSION).asInt() > ScoreFile.VERSION) {
      throw new IOException(
          ("%s has version %s, and this release reads version %d and before. A later release"
                  + " wrote it.")
              .formatted(file, SafeText.quoted(scores.path(VERSION).asText()), ScoreFile.VERSION));
    }
    return ScoreFile.MAPPER.treeToValue(scores, type);
  }
}
