package io.stemspark.jobs.corpus;

import io.stemspark.jobs.storage.LookAhead;
import io.stemspark.jobs.storage.Retries;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.DataFrameReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.SerializableConfiguration;

/**
 * A list of tracks: a CSV, JSON Lines or Parquet file with the columns {@code track_id} and {@code
 * mixture}, and, as far as they are known, {@code vocals}, {@code accompaniment} and {@code split}.
 * Other columns are passed over. A path without a scheme is taken from the folder of the list.
 */
public final class TrackList {
  private static final Set<String> EXTENSIONS = Set.of("csv", "jsonl", "ndjson", "parquet");
  private static final List<String> REQUIRED = List.of("track_id", "mixture");
  private static final List<String> COLUMNS =
      List.of("track_id", "mixture", "vocals", "accompaniment", "split");
  private static final String DEFAULT_SPLIT = "train";

  private TrackList() {}

  /** Whether a location is a list of tracks, by its name. */
  public static boolean isOne(String location) {
    return EXTENSIONS.contains(extension(location));
  }

  private static String extension(String location) {
    return location.substring(location.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
  }

  /**
   * Reads a list. Sizes and versions of the files are looked up where the tracks are.
   *
   * @throws IOException when it cannot be read, or lacks a column
   */
  public static JavaRDD<Track> read(
      SparkSession spark, String file, Broadcast<SerializableConfiguration> hadoop)
      throws IOException {
    Dataset<Row> rows = rows(spark, file);
    List<String> columns = Arrays.asList(rows.columns());
    if (!columns.containsAll(REQUIRED)) {
      throw new IOException(
          "%s has the columns %s: track_id and mixture are needed"
              .formatted(file, String.join(", ", columns)));
    }
    for (String column : COLUMNS) {
      rows =
          rows.withColumn(
              column,
              columns.contains(column)
                  ? rows.col(column).cast(DataTypes.StringType)
                  : functions.lit(null).cast(DataTypes.StringType));
    }
    Path list = new Path(file);
    String folder =
        list.getFileSystem(hadoop.value().value()).makeQualified(list).getParent().toString();
    return rows.selectExpr(COLUMNS.toArray(String[]::new))
        .javaRDD()
        .mapPartitions(part -> tracks(part, file, new Path(folder), hadoop.value().value()));
  }

  private static Dataset<Row> rows(SparkSession spark, String file) {
    DataFrameReader reader = spark.read();
    return switch (extension(file)) {
      case "csv" -> reader.option("header", true).option("escape", "\"").csv(file);
      case "parquet" -> reader.parquet(file);
      // Named here, the columns need not be found out by reading everything.
      default -> reader.option("mode", "FAILFAST").schema(schema()).json(file);
    };
  }

  private static StructType schema() {
    return new StructType(
        COLUMNS.stream()
            .map(name -> DataTypes.createStructField(name, DataTypes.StringType, true))
            .toArray(StructField[]::new));
  }

  private static Iterator<Track> tracks(
      Iterator<Row> rows, String list, Path folder, Configuration configuration) {
    return new LookAhead<>(rows, row -> track(row, list, folder, configuration));
  }

  private static Track track(Row row, String list, Path folder, Configuration configuration) {
    String id = row.getString(0);
    if (id == null || id.isBlank()) {
      throw new IllegalArgumentException("%s: a row without a track_id: %s".formatted(list, row));
    }
    AudioFile accompaniment = file(row.getString(3), folder, configuration);
    String split = row.getString(4);
    return new Track(
        id,
        split == null ? DEFAULT_SPLIT : split,
        file(row.getString(1), folder, configuration),
        file(row.getString(2), folder, configuration),
        accompaniment == null ? List.of() : List.of(accompaniment));
  }

  /** A file that is missing fails its track, when that is read. */
  private static AudioFile file(String location, Path folder, Configuration configuration) {
    if (location == null || location.isBlank()) {
      return null;
    }
    Path path = new Path(folder, location);
    try {
      FileSystem files = path.getFileSystem(configuration);
      return AudioFile.of(Retries.call(() -> files.getFileStatus(path)));
    } catch (FileNotFoundException e) {
      return AudioFile.missing(path.toString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
