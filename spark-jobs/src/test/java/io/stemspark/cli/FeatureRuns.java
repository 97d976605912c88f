package io.stemspark.cli;

import static io.stemspark.cli.Result.run;
import static org.assertj.core.api.Assertions.assertThat;

import io.stemspark.Demo;
import io.stemspark.TestSpark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Runs of {@code extract} on a small corpus, and what they leave. */
abstract class FeatureRuns {
  @TempDir Path folder;
  Path music;
  Path features;

  @BeforeEach
  void prepare() throws IOException {
    music = Files.createDirectory(folder.resolve("music"));
    features = folder.resolve("features");
    Files.copy(Demo.FOLDER.resolve("test/es-echo-mp3/mixture.mp3"), music.resolve("plain.mp3"));
    stems("one", "train/it-wrong");
  }

  void stems(String track, String demo) throws IOException {
    Path to = Files.createDirectories(music.resolve("train/" + track));
    try (Stream<Path> files = Files.list(Demo.FOLDER.resolve(demo))) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(file.getFileName()));
      }
    }
  }

  /** What is listed by the manifest, and what a glob finds: the same, between runs. */
  List<String> listed() throws IOException {
    String list = manifest().replaceAll("(?s).*\"files\" : \"([^\"]+)\".*", "$1");
    return Files.readAllLines(features.resolve(list)).stream()
        .map(line -> line.replaceAll(".*:\"([^\"]+)\".*", "$1"))
        .toList();
  }

  List<String> found() throws IOException {
    return parquetFiles().stream().map(file -> features.relativize(file).toString()).toList();
  }

  /** Rows of each track, mixed so that other content is another number. */
  Map<String, Long> rows() throws IOException {
    Map<String, Long> rows = new TreeMap<>();
    try (SparkSession spark = TestSpark.local()) {
      spark
          .read()
          .parquet(features.toString())
          .selectExpr("track_id", "xxhash64(channel, first_frame, mixture_real, vocals_real)")
          .collectAsList()
          .forEach(row -> rows.merge(row.getString(0), row.getLong(1), Long::sum));
    }
    return rows;
  }

  Result extract(String... more) {
    List<String> arguments =
        new ArrayList<>(List.of("extract", music.toString(), features.toString()));
    arguments.addAll(List.of("--set", "stemspark.patch.bins=256"));
    arguments.addAll(Arrays.asList(more));
    return run(arguments.toArray(String[]::new));
  }

  String manifest() throws IOException {
    return Files.readString(features.resolve("_stemspark.json"));
  }

  List<String> tracks() throws IOException {
    try (SparkSession spark = TestSpark.local()) {
      Dataset<Row> rows = spark.read().parquet(features.toString());
      assertThat(rows.groupBy("track_id", "channel", "first_frame").count().where("count > 1"))
          .satisfies(doubled -> assertThat(doubled.count()).isZero());
      return rows.select("track_id").distinct().orderBy("track_id").collectAsList().stream()
          .map(row -> row.getString(0))
          .toList();
    }
  }

  List<Path> parquetFiles() throws IOException {
    try (Stream<Path> files = Files.walk(features)) {
      return files.filter(f -> f.toString().endsWith(".parquet")).sorted().toList();
    }
  }
}
