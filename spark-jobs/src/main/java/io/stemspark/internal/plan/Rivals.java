package io.stemspark.internal.plan;

import io.stemspark.internal.corpus.CorpusEntry;
import io.stemspark.internal.corpus.Track;
import io.stemspark.internal.storage.NameFolding;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import scala.Tuple2;

/** Finds tracks whose results would lie in the same place: for each, the id of another one. */
final class Rivals {
  private Rivals() {}

  static JavaPairRDD<String, String> of(
      JavaRDD<CorpusEntry> corpus, IncrementalPlanner planner, NameFolding folding) {
    return corpus
        .flatMapToPair(entry -> places(entry, planner, folding).iterator())
        .distinct()
        .groupByKey()
        .values()
        .flatMapToPair(ids -> ring(ids).iterator());
  }

  static Map<String, List<String>> of(
      List<CorpusEntry> entries, IncrementalPlanner planner, NameFolding folding) {
    Map<String, Set<String>> ids = new HashMap<>();
    entries.stream()
        .flatMap(entry -> places(entry, planner, folding))
        .forEach(place -> ids.computeIfAbsent(place._1(), p -> new HashSet<>()).add(place._2()));
    Map<String, List<String>> rivals = new HashMap<>();
    for (Set<String> sharing : ids.values()) {
      ring(sharing).forEach(pair -> rivals.put(pair._1(), List.of(pair._2())));
    }
    return rivals;
  }

  /** The places of a track's result, each with the track's id. Names are folded as storage does. */
  private static Stream<Tuple2<String, String>> places(
      CorpusEntry entry, IncrementalPlanner planner, NameFolding folding) {
    if (!(entry instanceof Track track)
        || track.problem() != null
        || planner.contract().inputs(track).isEmpty()) {
      return Stream.of();
    }
    try {
      return planner.contract().places(track).stream()
          .map(place -> new Tuple2<>(folding.fold(place), track.id()));
    } catch (IllegalArgumentException e) {
      return Stream.of(); // Reported when the planner decides about the track.
    }
  }

  /** Pairs each id with the next one; an id alone has no pair. */
  private static List<Tuple2<String, String>> ring(Iterable<String> sharing) {
    List<String> ids = StreamSupport.stream(sharing.spliterator(), false).sorted().toList();
    List<Tuple2<String, String>> pairs = new ArrayList<>();
    for (int i = 0; i < ids.size() && ids.size() > 1; i++) {
      pairs.add(new Tuple2<>(ids.get(i), ids.get((i + 1) % ids.size())));
    }
    return pairs;
  }
}
