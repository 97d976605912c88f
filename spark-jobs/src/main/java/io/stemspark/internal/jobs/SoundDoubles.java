package io.stemspark.internal.jobs;

import io.stemspark.internal.features.SoundPrint;
import io.stemspark.internal.journal.JournalEntry;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.spark.api.java.JavaRDD;
import scala.Tuple2;

/**
 * Finds tracks that sound alike, and decides which of them are kept. Two tracks are compared if
 * they are about as long and a part of both sounds the same to the bit: of 32 parts that is so for
 * some, even if a tenth of all bits differ. What the driver keeps grows with the number of doubles.
 */
final class SoundDoubles {
  private static final String TEST = "test";

  /** Lengths of doubles differ by less than this factor. */
  private static final double LENGTHS = 1.05;

  /** What more tracks share tells nothing about them, such as a part that is silent. */
  private static final int MOST_ALIKE = 1000;

  private SoundDoubles() {}

  /**
   * A track.
   *
   * @param isTest whether it is kept for tests
   * @param hasStems whether a training can use it
   */
  record Print(String id, boolean isTest, boolean hasStems, double seconds, String sound)
      implements Serializable {
    /** The first of those that sound alike is kept. */
    static final Comparator<Print> ORDER =
        Comparator.comparing(Print::isTest)
            .thenComparing(Print::hasStems)
            .reversed()
            .thenComparing(Print::id);

    static Print of(JournalEntry row) {
      return new Print(
          row.trackId(),
          row.split().equals(TEST),
          row.inputs().size() > 1,
          row.audioSeconds(),
          row.sound());
    }

    boolean isBefore(Print other) {
      double ratio = seconds / other.seconds;
      return ORDER.compare(this, other) < 0
          && ratio < LENGTHS
          && ratio > 1 / LENGTHS
          && SoundPrint.areAlike(sound, other.sound);
    }
  }

  /** Doubles by id, each with the id of a track that is kept and sounds alike. */
  static SortedMap<String, String> among(JavaRDD<JournalEntry> rows) {
    List<Print> none = new ArrayList<>();
    return doubles(
        rows.filter(row -> !row.sound().isEmpty())
            .map(Print::of)
            .flatMapToPair(print -> keys(print).iterator())
            .aggregateByKey(none, SoundDoubles::added, SoundDoubles::merged)
            .values()
            .flatMap(group -> pairs(group).iterator())
            .distinct()
            .collect());
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

  private static List<Print> added(List<Print> group, Print print) {
    if (group.size() <= MOST_ALIKE) {
      group.add(print);
    }
    return group;
  }

  private static List<Print> merged(List<Print> group, List<Print> more) {
    more.forEach(print -> added(group, print));
    return group;
  }

  private static List<Tuple2<Print, Print>> pairs(List<Print> group) {
    List<Tuple2<Print, Print>> pairs = new ArrayList<>();
    if (group.size() <= MOST_ALIKE) {
      for (Print one : group) {
        for (Print other : group) {
          if (one.isBefore(other)) {
            pairs.add(new Tuple2<>(one, other));
          }
        }
      }
    }
    return pairs;
  }

  /**
   * Decides in order: a track is a double if one that is kept sounds like it.
   *
   * @param pairs tracks that sound alike, the first before the second
   */
  static SortedMap<String, String> doubles(List<Tuple2<Print, Print>> pairs) {
    Map<Print, SortedSet<Print>> alike = new TreeMap<>(Print.ORDER);
    for (Tuple2<Print, Print> pair : pairs) {
      alike.computeIfAbsent(pair._1(), print -> new TreeSet<>(Print.ORDER));
      alike.computeIfAbsent(pair._2(), print -> new TreeSet<>(Print.ORDER)).add(pair._1());
    }
    SortedMap<String, String> doubles = new TreeMap<>();
    alike.forEach(
        (print, earlier) ->
            earlier.stream()
                .map(Print::id)
                .filter(id -> !doubles.containsKey(id))
                .findFirst()
                .ifPresent(kept -> doubles.put(print.id, kept)));
    return doubles;
  }
}
