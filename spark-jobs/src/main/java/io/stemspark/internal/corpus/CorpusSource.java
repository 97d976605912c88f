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
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.SerializableConfiguration;

/** Where tracks come from: a folder tree, an audio file, or a {@link TrackList}. */
public final class CorpusSource {
  private static final Pattern PACKED_LIST =
      Pattern.compile("(?i).+\\.(?:csv|jsonl|ndjson|parquet)\\.(?:gz|bz2|xz|zst|zip)");

  private final String location;
  private final String uri;
  private final boolean oneFile;
  private final FolderTree tree;
  private final TrackList list;
  private final List<CorpusEntry> listed;

  private CorpusSource(
      String location,
      String uri,
      boolean oneFile,
      FolderTree tree,
      TrackList list,
      List<CorpusEntry> listed) {
    this.location = location;
    this.uri = uri;
    this.oneFile = oneFile;
    this.tree = tree;
    this.list = list;
    this.listed = listed;
  }

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
      return new CorpusSource(location, uri, false, null, list, null);
    }
    if (PACKED_LIST.matcher(location).matches()) {
      throw new IOException(location + " is a packed list of tracks. Unpack it first.");
    }
    if (status.isFile()) {
      FoundFile file = FoundFile.alone(status);
      List<CorpusEntry> track = List.of(FolderTracks.single(file, file.title()));
      return new CorpusSource(location, uri, true, null, null, track);
    }
    if (!status.isDirectory()) {
      throw new IOException(
          location + ": is not a regular file. Expected an audio file, a folder or a list of tracks.");
    }
    FolderTree tree = new FolderTree(status.getPath());
    return new CorpusSource(
        location, uri, false, tree, null, Retries.call(() -> tree.few(configuration)).orElse(null));
  }

  private static FileStatus status(String location, Configuration configuration)
      throws IOException {
    Path path = Locations.of(location);
    try {
      return Retries.call(() -> path.getFileSystem(configuration).getFileStatus(path));
    } catch (FileNotFoundException e) {
      throw (FileNotFoundException)
          new FileNotFoundException(location + ": no such file or folder").initCause(e);
    }
  }

  /** What the user named. */
  public String location() {
    return location;
  }

  /** The same as a full URI, which means the same in every process. */
  public String uri() {
    return uri;
  }

  /** Whether the user named a single audio file. */
  public boolean isOneFile() {
    return oneFile;
  }

  /** Whether it is a list, whose files may lie anywhere. */
  public boolean isList() {
    return list != null;
  }

  /** The tracks sorted by id, and notes, if they are few and not in a list. */
  public Optional<List<CorpusEntry>> listed() {
    return Optional.ofNullable(listed);
  }

  /** The tracks and notes, on the executors. */
  public JavaRDD<CorpusEntry> entries(
      SparkSession spark, Broadcast<SerializableConfiguration> hadoop) throws IOException {
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    if (listed != null) {
      return context.parallelize(listed, Math.min(context.defaultParallelism(), listed.size()));
    }
    return tree == null ? list.entries(spark, hadoop) : tree.entries(context, hadoop);
  }

  /** The tracks alone. */
  public JavaRDD<Track> tracks(SparkSession spark, Broadcast<SerializableConfiguration> hadoop)
      throws IOException {
    return entries(spark, hadoop).filter(Track.class::isInstance).map(Track.class::cast);
  }
}
