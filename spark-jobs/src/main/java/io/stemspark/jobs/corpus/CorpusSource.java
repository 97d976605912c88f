package io.stemspark.jobs.corpus;

import io.stemspark.jobs.storage.Retries;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
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
  private final String location;
  private final FolderTree tree;
  private final List<Track> listed;

  private CorpusSource(String location, FolderTree tree, List<Track> listed) {
    this.location = location;
    this.tree = tree;
    this.listed = listed;
  }

  /**
   * Finds out what lies at a location.
   *
   * @throws FileNotFoundException when there is no such file or folder, or no audio in it
   */
  public static CorpusSource open(String location, Configuration configuration) throws IOException {
    FileStatus status = status(location, configuration);
    if (TrackList.isOne(location)) {
      return new CorpusSource(location, null, null);
    }
    if (status.isFile()) {
      FoundFile file = FoundFile.alone(status);
      return new CorpusSource(location, null, List.of(FolderTracks.single(file, file.title())));
    }
    FolderTree tree = new FolderTree(status.getPath());
    return new CorpusSource(
        location, tree, Retries.call(() -> tree.few(configuration)).orElse(null));
  }

  private static FileStatus status(String location, Configuration configuration)
      throws IOException {
    Path path = new Path(location);
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

  /** The tracks sorted by id, if they are few and not in a list that the executors read. */
  public Optional<List<Track>> listed() {
    return Optional.ofNullable(listed);
  }

  /** The tracks, on the executors. */
  public JavaRDD<Track> tracks(SparkSession spark, Broadcast<SerializableConfiguration> hadoop)
      throws IOException {
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    if (listed != null) {
      return context.parallelize(listed, Math.min(context.defaultParallelism(), listed.size()));
    }
    return tree == null ? TrackList.read(spark, location, hadoop) : tree.tracks(context, hadoop);
  }
}
