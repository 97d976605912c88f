package io.stemspark.faults;

import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.stemspark.TestSpark;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** What a job left in its output folder. */
final class Output {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS).build();

  private Output() {}

  /** Hashes of what matters: of every stem, or of every track's rows or scores. */
  static Map<String, String> hashes(String job, Path folder) throws IOException {
    return switch (job) {
      case "separate" -> stems(folder);
      case "extract" -> rows(folder);
      default -> scores(folder.resolve("tracks"));
    };
  }

  /** Every file but the runs' own; of half-written ones there must be none. */
  private static Map<String, String> stems(Path folder) throws IOException {
    Map<String, String> hashes = new TreeMap<>();
    for (Path file : files(folder)) {
      String path = folder.relativize(file).toString();
      if (!path.startsWith("_stemspark")) {
        hashes.put(path, hash(Files.readAllBytes(file)));
      }
    }
    return hashes;
  }

  /** What was scored, without where it lay. */
  private static Map<String, String> scores(Path tracks) throws IOException {
    Map<String, String> hashes = new TreeMap<>();
    for (Path file : files(tracks)) {
      ObjectNode track = (ObjectNode) JSON.readTree(file.toFile());
      track.remove("fingerprint");
      hashes.put(track.get("track_id").asText(), hash(JSON.writeValueAsBytes(track)));
    }
    return hashes;
  }

  private static String hash(byte[] content) {
    return HexFormat.of().formatHex(sha256().digest(content));
  }

  private static Map<String, String> rows(Path folder) throws IOException {
    Map<String, MessageDigest> digests = new TreeMap<>();
    try (SparkSession spark = TestSpark.local()) {
      spark
          .read()
          .parquet(folder.toString())
          .orderBy("track_id", "channel", "first_frame")
          .toLocalIterator()
          .forEachRemaining(
              row -> add(row, digests.computeIfAbsent(row.getAs("track_id"), t -> sha256())));
    }
    Map<String, String> hashes = new TreeMap<>();
    digests.forEach((track, d) -> hashes.put(track, HexFormat.of().formatHex(d.digest())));
    return hashes;
  }

  private static void add(Row row, MessageDigest digest) {
    for (int i = 0; i < row.size(); i++) {
      Object value = row.get(i);
      digest.update(
          value instanceof byte[] bytes
              ? bytes
              : String.valueOf(value).getBytes(StandardCharsets.UTF_8));
    }
  }

  /** All files below a folder, hidden ones too, while a run may be at work in it. */
  static List<Path> files(Path folder) {
    if (!Files.exists(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).toList();
    } catch (UncheckedIOException | NoSuchFileException e) {
      return files(folder); // A file went away meanwhile.
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
