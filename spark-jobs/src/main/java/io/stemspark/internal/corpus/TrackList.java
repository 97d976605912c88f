package io.stemspark.internal.corpus;

import io.stemspark.internal.corpus.Track.Problem;
import io.stemspark.internal.storage.LookAhead;
import io.stemspark.internal.storage.Retries;
import io.stemspark.internal.text.SafeText;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.util.SerializableConfiguration;
import scala.Tuple2;

/**
 * A list of tracks: a CSV, JSON Lines or Parquet file with the columns {@code track_id} and {@code
 * mixture}, and, as far as they are known, {@code vocals}, {@code accompaniment} and {@code split}.
 * Other columns are passed over. A path without a scheme is taken from the folder of the list. A
 * line that is not a row becomes a track that cannot be processed, named by its line.
 */
public final class TrackList {
  private static final String PARQUET = "parquet";
  private static final Set<String> EXTENSIONS = Set.of("csv", "jsonl", "ndjson", PARQUET);
  private static final int HEAD_BYTES = 1 << 20;
  private static final String DEFAULT_SPLIT = "train";

  /** Of a path or a name; no file system takes longer ones. */
  private static final int MAX_VALUE = 1 << 13;

  /** Halves of characters, which UTF-8 does not have, and what ends a name for the system. */
  private static final Pattern NO_TEXT = Pattern.compile("[\\x00\\p{Cs}]");

  private static final String PARQUET_MARK = "PAR1";

  /** As the user named it. */
  private final String name;

  private final Path file;
  private final CorpusLimits limits;

  /** How its lines are written; null for Parquet. */
  private final TrackListFormat format;

  private TrackList(String name, Path file, TrackListFormat format, CorpusLimits limits) {
    this.name = name;
    this.file = file;
    this.format = format;
    this.limits = limits;
  }

  /** Whether a location is a list of tracks, by its name. */
  public static boolean isOne(String location) {
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
    String extension = AudioRule.extension(location).toLowerCase(Locale.ROOT);
    boolean parquet = extension.equals(PARQUET);
    if (!status.isFile() && !(parquet && status.isDirectory())) {
      throw new IOException(location + ": expected a list of tracks, and this is not a regular file");
    }
    Path path = status.getPath();
    if (parquet) {
      requireParquet(location, status, configuration);
      return new TrackList(location, path, null, limits);
    }
    byte[] head =
        Retries.call(
            () -> {
              try (InputStream stream = path.getFileSystem(configuration).open(path)) {
                return stream.readNBytes(HEAD_BYTES);
              }
            });
    TrackListFormat.Kind kind =
        extension.equals("csv") ? TrackListFormat.Kind.CSV : TrackListFormat.Kind.JSON_LINES;
    return new TrackList(location, path, TrackListFormat.of(location, kind, head), limits);
  }

  private static void requireParquet(
      String location, FileStatus status, Configuration configuration) throws IOException {
    if (!status.isFile()) {
      return; // A folder of such files.
    }
    Path path = status.getPath();
    // Spark passes over such names, as those of files that are not whole yet.
    if (path.getName().startsWith("_") || path.getName().startsWith(".")) {
      throw new IOException(
          location + ": a Parquet list may not have a name that begins with _ or . (rename it)");
    }
    byte[] mark =
        Retries.call(
            () -> {
              try (InputStream stream = path.getFileSystem(configuration).open(path)) {
                return stream.readNBytes(PARQUET_MARK.length());
              }
            });
    if (!PARQUET_MARK.equals(new String(mark, StandardCharsets.ISO_8859_1))) {
      throw new IOException(location + " is not a Parquet file, though its name says so.");
    }
  }

  /**
   * Reads the list. Sizes and versions of the files are looked up where the tracks are.
   *
   * @throws IOException when a Parquet list lacks a column
   */
  JavaRDD<CorpusEntry> entries(SparkSession spark, Broadcast<SerializableConfiguration> hadoop)
      throws IOException {
    String folder = file.getParent().toString();
    String named = name;
    CorpusLimits allowed = limits;
    return numbered(spark, hadoop.value().value())
        .mapPartitions(
            rows -> {
              ListedFiles files =
                  new ListedFiles(new Path(folder), allowed, hadoop.value().value());
              return new LookAhead<>(new Present(rows), row -> row.track(named, files));
            });
  }

  /** A row, or what is wrong with it, and its number. */
  private record NumberedRow(long number, Map<String, String> values, String problem)
      implements java.io.Serializable {
    CorpusEntry track(String list, ListedFiles files) {
      String origin = "%s, line %d".formatted(list, number);
      if (problem != null) {
        return Track.unusable(
            origin, origin, new Problem("%s: %s.".formatted(origin, problem), true));
      }
      Optional<String> unfit = unfit();
      if (unfit.isPresent()) {
        return Track.unusable(
            origin, origin, new Problem("%s: %s.".formatted(origin, unfit.get()), true));
      }
      TrackListFormat.Line line = new TrackListFormat.Line(values);
      String id = line.stripped("track_id");
      String split = line.stripped("split");
      return files.track(
          id == null ? origin : id,
          id == null,
          split == null ? DEFAULT_SPLIT : split,
          List.of(
              Objects.requireNonNullElse(line.value("mixture"), ""),
              Objects.requireNonNullElse(line.value("vocals"), ""),
              Objects.requireNonNullElse(line.value("accompaniment"), "")),
          origin);
    }

    /** What is wrong with a value, whichever files there are. */
    private Optional<String> unfit() {
      for (Map.Entry<String, String> value : values.entrySet()) {
        String column = value.getKey();
        if (value.getValue().length() > MAX_VALUE) {
          return Optional.of("its %s has more than %d characters".formatted(column, MAX_VALUE));
        }
        if (NO_TEXT.matcher(value.getValue()).find()) {
          return Optional.of(
              "its %s holds what no name can hold: %s"
                  .formatted(column, SafeText.line(SafeText.quoted(value.getValue()))));
        }
        boolean name = column.equals("track_id") || column.equals("split");
        if (name && SafeText.holdsCredential(value.getValue())) {
          return Optional.of(
              "its track_id or split holds a credential, and both end up in journals");
        }
      }
      return Optional.empty();
    }
  }

  private JavaRDD<NumberedRow> numbered(SparkSession spark, Configuration configuration)
      throws IOException {
    if (format == null) {
      return parquet(spark)
          .zipWithIndex()
          .map(row -> new NumberedRow(row._2() + 1, values(row._1()), null));
    }
    TrackListFormat how = format;
    return ListLines.of(
            JavaSparkContext.fromSparkContext(spark.sparkContext()), file, configuration)
        .zipWithIndex()
        .map(line -> numbered(how, line));
  }

  private static NumberedRow numbered(TrackListFormat how, Tuple2<String, Long> line) {
    long number = line._2() + 1;
    try {
      TrackListFormat.Line read = how.read(line._1(), number);
      return read == null ? null : new NumberedRow(number, read.values(), null);
    } catch (TrackListFormat.BadLineException e) {
      return new NumberedRow(number, Map.of(), e.getMessage());
    }
  }

  private JavaRDD<Row> parquet(SparkSession spark) throws IOException {
    Dataset<Row> rows = rows(spark);
    List<String> columns =
        Arrays.stream(rows.columns()).map(name -> name.toLowerCase(Locale.ROOT)).toList();
    if (!columns.containsAll(List.of("track_id", "mixture"))) {
      throw new IOException(
          "%s has the columns %s. Expected at least track_id and mixture."
              .formatted(name, SafeText.quoted(String.join(", ", columns))));
    }
    for (String column : TrackListFormat.COLUMNS) {
      rows =
          rows.withColumn(
              column,
              columns.contains(column)
                  ? rows.col(column).cast(DataTypes.StringType)
                  : functions.lit(null).cast(DataTypes.StringType));
    }
    return rows.selectExpr(TrackListFormat.COLUMNS.toArray(String[]::new)).javaRDD();
  }

  private Dataset<Row> rows(SparkSession spark) throws IOException {
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

  /** Lines that say something. */
  private static final class Present implements Iterator<NumberedRow> {
    private final Iterator<NumberedRow> rows;
    private NumberedRow next;

    Present(Iterator<NumberedRow> rows) {
      this.rows = rows;
    }

    @Override
    public boolean hasNext() {
      while (next == null && rows.hasNext()) {
        next = rows.next();
      }
      return next != null;
    }

    @Override
    public NumberedRow next() {
      if (!hasNext()) {
        throw new java.util.NoSuchElementException();
      }
      NumberedRow found = next;
      next = null;
      return found;
    }
  }
}
