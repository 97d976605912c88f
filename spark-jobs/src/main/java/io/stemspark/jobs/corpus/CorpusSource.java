package io.stemspark.jobs.corpus;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.SerializableConfiguration;

/** Where tracks come from: a folder tree or an audio file, listed here, or a {@link TrackList}. */
public final class CorpusSource {
  private static final int TRACKS_PER_SLICE = 10_000;

  private final String location;
  private final List<Track> listed;

  private CorpusSource(String location, List<Track> listed) {
    this.location = location;
    this.listed = listed;
  }

  /**
   * Finds out what lies at a location.
   *
   * @throws FileNotFoundException when there is no such file or folder, or no audio in it
   */
  public static CorpusSource open(String location, Configuration configuration) throws IOException {
    if (!TrackList.isOne(location)) {
      return new CorpusSource(location, Corpus.list(location, configuration));
    }
    Path path = new Path(location);
    if (!path.getFileSystem(configuration).exists(path)) {
      throw new FileNotFoundException(location + ": no such file or folder");
    }
    return new CorpusSource(location, null);
  }

  /** The tracks, unless they are in a list that the executors read. */
  public Optional<List<Track>> listed() {
    return Optional.ofNullable(listed);
  }

  /** The tracks, on the executors. */
  public JavaRDD<Track> tracks(SparkSession spark, Broadcast<SerializableConfiguration> hadoop)
      throws IOException {
    if (listed == null) {
      return TrackList.read(spark, location, hadoop);
    }
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    int slices = Math.max(context.defaultParallelism(), listed.size() / TRACKS_PER_SLICE);
    return context.parallelize(listed, Math.min(slices, listed.size()));
  }
}
