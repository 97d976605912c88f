package io.stemspark.internal.dataset;

import io.stemspark.bundle.ModelBundle;
import io.stemspark.internal.journal.JournalEntry;
import io.stemspark.internal.journal.JournalParts;
import io.stemspark.run.InputException;
import java.io.IOException;
import java.io.Serializable;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.SerializableConfiguration;
import scala.Tuple2;

/** Which tracks a dataset holds, as its journal has them; no larger for more tracks. */
public final class DatasetContent implements Serializable {
  private static final long serialVersionUID = 1;
  private static final BigInteger MODULUS = BigInteger.ONE.shiftLeft(256);

  private final String settings;
  private final String formerSettings;
  private final Map<String, Long> tracks = new TreeMap<>();
  private BigInteger sum = BigInteger.ZERO;

  record Entry(long number, long time, boolean removed, String split, String input, String settings)
      implements Serializable {}

  DatasetContent(String settings, String formerSettings) {
    this.settings = settings;
    this.formerSettings = formerSettings;
  }

  /**
   * Reads the content of a dataset.
   *
   * @param settings hash of its settings
   * @param formerSettings the same in the version before
   * @throws InputException inside a Spark job, when it holds tracks of others
   */
  public static DatasetContent of(
      JavaSparkContext context,
      String dataset,
      String settings,
      String formerSettings,
      Broadcast<SerializableConfiguration> hadoop)
      throws IOException {
    return JournalParts.of(context, hadoop, dataset)
        .rows(
            row ->
                Optional.of(row)
                    .filter(JournalEntry::decidesRows)
                    .map(deciding -> new Tuple2<>(deciding.trackId(), entry(deciding))))
        .mapToPair(row -> row)
        .reduceByKey(DatasetContent::later)
        .filter(track -> !track._2().removed())
        .aggregate(
            new DatasetContent(settings, formerSettings),
            DatasetContent::add,
            DatasetContent::merge);
  }

  private static Entry later(Entry one, Entry other) {
    return one.number != other.number
        ? (one.number > other.number ? one : other)
        : one.time > other.time ? one : other;
  }

  private static Entry entry(JournalEntry row) {
    return new Entry(
        row.number(),
        row.time(),
        !row.isDone(),
        row.split(),
        row.fingerprint().input(),
        row.fingerprint().settings());
  }

  DatasetContent add(Tuple2<String, Entry> track) {
    Entry entry = track._2();
    if (!entry.settings.equals(settings) && !entry.settings.equals(formerSettings)) {
      throw new InputException(
          "The dataset holds track %s, which was extracted with other settings."
              .formatted(track._1()));
    }
    tracks.merge(entry.split, 1L, Long::sum);
    // A sum is the same in any order, so that nothing has to be sorted or collected.
    String line = entry.split + "\n" + track._1() + "\n" + entry.input;
    sum = sum.add(new BigInteger(sha256(line), 16)).mod(MODULUS);
    return this;
  }

  private DatasetContent merge(DatasetContent other) {
    other.tracks.forEach((split, count) -> tracks.merge(split, count, Long::sum));
    sum = sum.add(other.sum).mod(MODULUS);
    return this;
  }

  /** Tracks by split. */
  public Map<String, Long> tracks() {
    return tracks;
  }

  /** A hash of the settings, and of the splits, ids and inputs of all tracks. */
  public String hash() {
    return sha256(settings + "\n" + sum);
  }

  private static String sha256(String text) {
    return ModelBundle.sha256(text.getBytes(StandardCharsets.UTF_8));
  }
}
