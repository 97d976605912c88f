package io.stemspark.internal.corpus;

import io.stemspark.internal.storage.FileTree;
import io.stemspark.internal.storage.LookAhead;
import io.stemspark.internal.text.SafeText;
import java.io.IOException;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.classic.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.util.SerializableConfiguration;

/**
 * A list of tracks: a CSV, JSON Lines or Parquet file with the columns {@code track_id} and {@code
 * mixture}, and, as far as they are known, {@code split}, {@code vocals} and other stems, such as
 * {@code accompaniment} or {@code drums}. Other columns are ignored. A path without a scheme is
 * taken from the folder of the list. A line that is not a row becomes a track that cannot be
 * processed, named by its line.
 *
 * @param name as the user named it
 * @param limits what it may name
 */
record TrackList(String name, Path file, Content content, CorpusLimits limits)
    implements Serializable {
  private static final String PARQUET = "parquet";
  private static final Set<String> EXTENSIONS = Set.of("csv", "jsonl", "ndjson", PARQUET);
  private static final int HEAD_BYTES = 1 << 20;

  /** Where Spark writes files that are not whole yet. */
  private static final String UNFINISHED = "/_temporary/";

  private static final String PARQUET_MARK = "PAR1";

  /** What the file holds. */
  sealed interface Content extends Serializable {
    /** Lines of text. */
    record Lines(TrackListFormat format) implements Content {
      /** Nothing where a line is empty or a header. */
      Optional<ListRow> row(String line, long number) {
        try {
          return format.read(line, number).map(values -> ListRow.of(number, values));
        } catch (TrackListFormat.BadLineException e) {
          return Optional.of(ListRow.damaged(number, e.getMessage()));
        }
      }
    }

    /** Rows of a table. */
    record Parquet() implements Content {}
  }

  /** Whether a location is a list of tracks, by its name. */
  static boolean isOne(String location) {
    return EXTENSIONS.contains(AudioRule.extension(location));
  }

  /**
   * Looks at a list.
   *
   * @param limits what it may name
   * @throws IOException when it cannot be one
   */
  static TrackList open(
      String location, FileStatus status, CorpusLimits limits, Configuration configuration)
      throws IOException {
    String extension = AudioRule.extension(location);
    boolean parquet = extension.equals(PARQUET);
    if (!status.isFile() && !(parquet && status.isDirectory())) {
      throw new IOException(location + " is not a regular file. Expected a list of tracks.");
    }
    Path path = status.getPath();
    if (parquet) {
      requireParquet(location, status, configuration);
      return new TrackList(location, path, new Content.Parquet(), limits);
    }
    byte[] head = FileTree.head(path, HEAD_BYTES, configuration);
    TrackListFormat.Kind kind =
        extension.equals("csv") ? TrackListFormat.Kind.CSV : TrackListFormat.Kind.JSON_LINES;
    TrackListFormat format = TrackListFormat.of(location, kind, head);
    return new TrackList(location, path, new Content.Lines(format), limits);
  }

  private static void requireParquet(
      String location, FileStatus status, Configuration configuration) throws IOException {
    Path path = status.getPath();
    if (!status.isFile()) {
      for (Path part : FileTree.files(path, configuration)) {
        if (isOne(part.getName()) && !part.toString().contains(UNFINISHED)) {
          requireSeen(path, part);
        }
      }
      return;
    }
    requireSeen(path.getParent(), path);
    byte[] mark = FileTree.head(path, PARQUET_MARK.length(), configuration);
    if (!PARQUET_MARK.equals(new String(mark, StandardCharsets.ISO_8859_1))) {
      throw new IOException(location + " is not a Parquet file, though its name says so.");
    }
  }

  /** Spark passes over such names, as those of files that are not whole yet. */
  private static void requireSeen(Path folder, Path file) throws IOException {
    for (Path part = file; part != null && !part.equals(folder); part = part.getParent()) {
      String name = part.getName();
      boolean skipped = name.startsWith("_") && !name.contains("=");
      if (skipped || name.startsWith(".")) {
        throw new IOException(
            part + ": The name of a Parquet list may not begin with _ or with a dot. Rename it.");
      }
    }
  }

  /**
   * Reads the list. Sizes and versions of the files are looked up where the tracks are.
   *
   * @throws IOException when a Parquet list lacks a column
   */
  JavaRDD<CorpusEntry> entries(
      JavaSparkContext context, Broadcast<SerializableConfiguration> hadoop) throws IOException {
    return rows(context, hadoop.value().value())
        .mapPartitions(
            rows -> {
              ListedFiles files = new ListedFiles(file.getParent(), limits, hadoop.value().value());
              return new LookAhead<>(rows, row -> row.track(name, files));
            });
  }

  /**
   * Whether it names a file below a folder, whatever links lead there.
   *
   * @param outer the folder, as a full URI
   */
  boolean namesFileBelow(
      String outer, JavaSparkContext context, Broadcast<SerializableConfiguration> hadoop)
      throws IOException {
    return !rows(context, hadoop.value().value())
        .filter(
            row ->
                row.locations()
                    .anyMatch(location -> isBelow(outer, location, hadoop.value().value())))
        .isEmpty();
  }

  private boolean isBelow(String outer, String location, Configuration configuration) {
    try {
      Path path = limits.path(file.getParent(), location);
      Path full = path.getFileSystem(configuration).makeQualified(path);
      return FileTree.isInside(full, new Path(outer), configuration);
    } catch (IOException | IllegalArgumentException e) {
      return false; // The row will fail.
    }
  }

  private JavaRDD<ListRow> rows(JavaSparkContext context, Configuration configuration)
      throws IOException {
    if (content instanceof Content.Lines lines) {
      return ListLines.of(context, file, configuration)
          .zipWithIndex()
          .flatMap(line -> lines.row(line._1(), line._2() + 1).stream().iterator());
    }
    return parquet(context).zipWithIndex().map(row -> ListRow.of(row._2() + 1, values(row._1())));
  }

  private JavaRDD<Row> parquet(JavaSparkContext context) throws IOException {
    Dataset<Row> rows = read(context);
    List<String> columns =
        Arrays.stream(rows.columns()).map(name -> name.toLowerCase(Locale.ROOT)).toList();
    if (!columns.containsAll(List.of("track_id", "mixture"))) {
      throw new IOException(
          "%s has the columns %s. Expected at least track_id and mixture."
              .formatted(name, SafeText.quoted(String.join(", ", columns))));
    }
    return rows.select(
            TrackListFormat.COLUMNS.stream()
                .map(column -> columns.contains(column) ? rows.col(column) : functions.lit(null))
                .map(column -> column.cast(DataTypes.StringType))
                .toArray(Column[]::new))
        .javaRDD();
  }

  private Dataset<Row> read(JavaSparkContext context) throws IOException {
    // Of this context: without it, Spark warns that there is one already.
    SparkSession spark = SparkSession.builder().sparkContext(context.sc()).getOrCreate();
    try {
      // Spark takes a path for a pattern; brackets in a name are only brackets here.
      return spark.read().parquet(file.toString().replaceAll("[\\[\\]{}*?\\\\]", "\\\\$0"));
    } catch (Exception e) { // Spark throws checked ones without declaring them.
      for (Throwable cause = e; cause != null; cause = cause.getCause()) {
        String reason = String.valueOf(cause.getMessage());
        if (cause instanceof AnalysisException || reason.contains("is not a Parquet file")) {
          throw new IOException(
              "%s is not a Parquet list: %s".formatted(name, reason.lines().findFirst().orElse("")),
              e);
        }
      }
      throw e;
    }
  }

  private static Map<String, String> values(Row row) {
    Map<String, String> values = new HashMap<>();
    for (int i = 0; i < TrackListFormat.COLUMNS.size(); i++) {
      if (!row.isNullAt(i)) {
        values.put(TrackListFormat.COLUMNS.get(i), row.getString(i));
      }
    }
    return values;
  }
}
