package io.stemspark.internal.corpus;

import io.stemspark.internal.storage.Locations;
import io.stemspark.internal.storage.Retries;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Where tracks come from.
 *
 * @param location what the user named
 * @param uri the same as a full URI, which means the same in every process
 * @param content what lies there
 * @param listed the tracks sorted by id, and notes, if they are few and not in a list
 */
public record CorpusSource(
    String location, String uri, Content content, Optional<List<CorpusEntry>> listed) {
  /** What a corpus can be. */
  sealed interface Content {
    /** An audio file. */
    record OneFile() implements Content {}

    /** A folder tree. */
    record Folders(FolderTree tree) implements Content {}

    /** A list of tracks, whose files may lie anywhere. */
    record Lines(TrackList list) implements Content {}
  }

  private static final Pattern PACKED_LIST =
      Pattern.compile("(?i).+\\.(?:csv|jsonl|ndjson|parquet)\\.(?:gz|bz2|xz|zst|zip)");

  /**
   * Finds out what lies at a location.
   *
   * @param limits what a list may name
   * @throws FileNotFoundException when there is no such file or folder, or no audio in it
   * @throws IOException when it cannot be a corpus
   */
  public static CorpusSource open(String location, CorpusLimits limits, Configuration configuration)
      throws IOException {
    FileStatus status = status(location, configuration);
    String uri = status.getPath().toString();
    if (TrackList.isOne(location)) {
      TrackList list = TrackList.open(location, status, limits, configuration);
      return new CorpusSource(location, uri, new Content.Lines(list), Optional.empty());
    }
    if (PACKED_LIST.matcher(location).matches()) {
      throw new IOException(location + " is a packed list of tracks. Unpack it first.");
    }
    if (status.isFile()) {
      FoundFile file = FoundFile.at(status.getPath().getName(), status);
      List<CorpusEntry> track = List.of(FolderTracks.single(file, file.title()));
      return new CorpusSource(location, uri, new Content.OneFile(), Optional.of(track));
    }
    if (!status.isDirectory()) {
      throw new IOException(
          location
              + " is not a regular file. Expected an audio file, a folder or a list of tracks.");
    }
    FolderTree tree = new FolderTree(status.getPath());
    return new CorpusSource(
        location, uri, new Content.Folders(tree), Retries.call(() -> tree.few(configuration)));
  }

  private static FileStatus status(String location, Configuration configuration)
      throws IOException {
    Path path = Locations.of(location);
    try {
      return Retries.call(() -> path.getFileSystem(configuration).getFileStatus(path));
    } catch (FileNotFoundException e) {
      throw (FileNotFoundException)
          new FileNotFoundException(location + " does not exist.").initCause(e);
    }
  }

  /** Whether a location is a list of tracks, by its name. */
  public static boolean namesList(String location) {
    return TrackList.isOne(location);
  }

  /** Whether a folder of files of these names is told from songs. */
  public static boolean knowsStems(List<String> names) {
    return FoundFile.areStems(names);
  }

  /** The names of stems that corpora may have. */
  public static List<String> knownStems() {
    return FoundFile.STEMS;
  }

  public boolean isList() {
    return content instanceof Content.Lines;
  }

  /** Whether the user named a single audio file. */
  public boolean isOneFile() {
    return content instanceof Content.OneFile;
  }

  /**
   * Whether a list names a file below a folder.
   *
   * @param folder as a full URI
   */
  public boolean listNamesFileBelow(
      String folder, JavaSparkContext context, Broadcast<SerializableConfiguration> hadoop)
      throws IOException {
    return content instanceof Content.Lines lines
        && lines.list().namesFileBelow(folder, context, hadoop);
  }

  /** The tracks and notes, on the executors. */
  public JavaRDD<CorpusEntry> entries(
      JavaSparkContext context, Broadcast<SerializableConfiguration> hadoop) throws IOException {
    if (listed.isPresent()) {
      List<CorpusEntry> few = listed.get();
      return context.parallelize(few, Math.min(context.defaultParallelism(), few.size()));
    }
    return content instanceof Content.Lines lines
        ? lines.list().entries(context, hadoop)
        : ((Content.Folders) content).tree().entries(context, hadoop);
  }

  public JavaRDD<Track> tracks(
      JavaSparkContext context, Broadcast<SerializableConfiguration> hadoop) throws IOException {
    return entries(context, hadoop).filter(Track.class::isInstance).map(Track.class::cast);
  }
}
