package io.stemspark.internal.jobs;

import io.stemspark.internal.features.SoundPrint;
import io.stemspark.internal.journal.JournalEntry;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import scala.Tuple2;

/**
 * Finds tracks that sound alike. Two of them are compared if they are about as long and a part of
 * both sounds the same to the bit: of 32 parts that is so for some, even if a tenth of all bits
 * differ.
 */
final class SoundDoubles {
  /** Lengths of doubles differ by less than this factor. */
  private static final double LENGTHS = 1.05;

  /** What more tracks share tells nothing about them, such as a part that is silent. */
  private static final int MOST_ALIKE = 1000;

  private SoundDoubles() {}

  private record Print(String id, double seconds, String sound) implements Serializable {
    boolean isDoubleOf(Print other) {
      double ratio = seconds / other.seconds;
      return id.compareTo(other.id) > 0
          && ratio < LENGTHS
          && ratio > 1 / LENGTHS
          && SoundPrint.areAlike(sound, other.sound);
    }
  }

  /** The ids of doubles, each with the first id of a track that sounds alike. */
  static JavaPairRDD<String, String> among(JavaRDD<JournalEntry> rows) {
    return rows.filter(row -> !row.sound().isEmpty())
        .map(row -> new Print(row.trackId(), row.audioSeconds(), row.sound()))
        .flatMapToPair(print -> keys(print).iterator())
        .groupByKey()
        .flatMapToPair(group -> doubles(group._2()).iterator())
        .reduceByKey((a, b) -> a.compareTo(b) < 0 ? a : b);
  }

  private static List<Tuple2<String, Print>> keys(Print print) {
    List<Tuple2<String, Print>> keys = new ArrayList<>();
    long length = Math.round(Math.log(print.seconds) / Math.log(LENGTHS));
    int part = 0;
    for (String word : SoundPrint.words(print.sound)) {
      // The neighbour's key too: lengths that differ little may be rounded to different ones.
      keys.add(new Tuple2<>("%d %s %d".formatted(part, word, length), print));
      keys.add(new Tuple2<>("%d %s %d".formatted(part, word, length + 1), print));
      part++;
    }
    return keys;
  }

  private static List<Tuple2<String, String>> doubles(Iterable<Print> group) {
    List<Print> prints = new ArrayList<>();
    for (Print print : group) {
      prints.add(print);
      if (prints.size() > MOST_ALIKE) {
        return List.of();
      }
    }
    List<Tuple2<String, String>> doubles = new ArrayList<>();
    for (Print one : prints) {
      for (Print other : prints) {
        if (one.isDoubleOf(other)) {
          doubles.add(new Tuple2<>(one.id, other.id));
        }
      }
    }
    return doubles;
  }
}
