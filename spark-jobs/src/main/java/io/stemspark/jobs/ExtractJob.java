package io.stemspark.jobs;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.stemspark.audio.DecodingConfig;
import io.stemspark.bundle.StrictJson;
import io.stemspark.jobs.corpus.Corpus;
import io.stemspark.jobs.corpus.Track;
import io.stemspark.jobs.features.DatasetManifest;
import io.stemspark.jobs.features.FeatureRow;
import io.stemspark.jobs.ledger.Outcome;
import io.stemspark.jobs.ledger.Summary;
import io.stemspark.jobs.steps.ExtractPatches;
import io.stemspark.jobs.steps.ProbeStems;
import io.stemspark.jobs.storage.AtomicFiles;
import io.stemspark.patch.PatchConfig;
import io.stemspark.spectrogram.StftConfig;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.SerializableConfiguration;

/** Turns a corpus with known stems into a feature dataset. */
public final class ExtractJob {
  private static final String ROW_GROUP_BYTES = String.valueOf(32 << 20);

  private final List<Track> tracks;
  private final String output;
  private final DecodingConfig decoding;
  private final StftConfig stft;
  private final PatchConfig patch;

  private ExtractJob(
      List<Track> tracks,
      String output,
      DecodingConfig decoding,
      StftConfig stft,
      PatchConfig patch) {
    this.tracks = tracks;
    this.output = output;
    this.decoding = decoding;
    this.stft = stft;
    this.patch = patch;
  }

  /**
   * Checks everything that can be checked before Spark starts.
   *
   * @param input a folder tree with stems
   * @param output a new or empty folder
   * @throws InputException when one of them cannot be used
   */
  public static ExtractJob plan(
      String input,
      String output,
      DecodingConfig decoding,
      StftConfig stft,
      PatchConfig patch,
      Configuration configuration) {
    return Inputs.check(
        () -> {
          List<Track> tracks = Corpus.list(input, configuration);
          if (tracks.stream().noneMatch(Track::hasStems)) {
            throw new IOException(
                input + ": no track has stems (vocals beside accompaniment, or beside drums ...)");
          }
          Inputs.requireEmptyFolder(output, configuration);
          String folder = Inputs.writableFolder(output, configuration);
          return new ExtractJob(tracks, folder, decoding, stft, patch);
        });
  }

  public int tracks() {
    return tracks.size();
  }

  /** Extracts every track whose stems can be read whole, then writes the dataset's manifest. */
  public Summary run(SparkSession spark) throws IOException {
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    Broadcast<SerializableConfiguration> hadoop = HadoopBroadcast.of(context);
    JavaRDD<Outcome> outcomes =
        context
            .parallelize(tracks, Partitions.count(context, tracks.size()))
            .map(new ProbeStems(hadoop, decoding, stft));
    outcomes.cache();
    Summary summary = outcomes.aggregate(new Summary(), Summary::add, Summary::merge);
    Set<String> unusable =
        Set.copyOf(
            outcomes
                .filter(o -> o.status() != Outcome.Status.DONE)
                .map(Outcome::trackId)
                .collect());
    outcomes.unpersist();
    Map<String, List<Track>> bySplit =
        tracks.stream()
            .filter(t -> !unusable.contains(t.id()))
            .collect(Collectors.groupingBy(Track::split, TreeMap::new, Collectors.toList()));
    bySplit.forEach((split, usable) -> extract(spark, context, hadoop, split, usable));
    if (!bySplit.isEmpty()) {
      writeManifest(bySplit, context.hadoopConfiguration());
    }
    return summary;
  }

  private void extract(
      SparkSession spark,
      JavaSparkContext context,
      Broadcast<SerializableConfiguration> hadoop,
      String split,
      List<Track> usable) {
    JavaRDD<Row> rows =
        context
            .parallelize(usable, Partitions.count(context, usable.size()))
            .flatMap(new ExtractPatches(hadoop, decoding, stft, patch));
    spark
        .createDataFrame(rows, FeatureRow.SCHEMA)
        .write()
        .option("compression", "zstd")
        // A page per row, so that training reads single patches through the column index.
        .option("parquet.page.row.count.limit", "1")
        .option("parquet.block.size", ROW_GROUP_BYTES)
        .option("parquet.enable.dictionary", "false")
        .parquet(output + "/split=" + split);
  }

  private void writeManifest(Map<String, List<Track>> bySplit, Configuration configuration)
      throws IOException {
    Map<String, Long> counts = new TreeMap<>();
    bySplit.forEach((split, usable) -> counts.put(split, (long) usable.size()));
    DatasetManifest manifest =
        new DatasetManifest(
            DatasetManifest.FORMAT_VERSION,
            Version.stemspark(),
            stft,
            patch,
            counts,
            hash(bySplit));
    byte[] json = StrictJson.MAPPER.writeValueAsBytes(manifest);
    AtomicFiles.write(
        new Path(output, DatasetManifest.FILE), configuration, stream -> stream.write(json));
  }

  private String hash(Map<String, List<Track>> bySplit) throws JsonProcessingException {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(StrictJson.MAPPER.writeValueAsBytes(List.of(stft, patch)));
      for (List<Track> usable : bySplit.values()) {
        for (Track track : usable) {
          String line = "%s %s %d%n".formatted(track.split(), track.id(), track.bytes());
          digest.update(line.getBytes(StandardCharsets.UTF_8));
        }
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every JDK has SHA-256", e);
    }
  }
}
