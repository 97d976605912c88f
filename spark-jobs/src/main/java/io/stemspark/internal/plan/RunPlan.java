package io.stemspark.internal.plan;

import io.stemspark.internal.corpus.CorpusEntry;
import io.stemspark.internal.corpus.CorpusNote;
import io.stemspark.internal.corpus.Track;
import io.stemspark.internal.journal.JournalDamage;
import io.stemspark.internal.journal.RunJournal;
import io.stemspark.internal.storage.LookAhead;
import io.stemspark.internal.storage.NameFolding;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.storage.StorageLevel;
import org.apache.spark.util.CollectionAccumulator;
import org.apache.spark.util.SerializableConfiguration;
import scala.Tuple2;
import scala.Tuple3;

/**
 * Which tracks a run takes on. They are stored before work begins, so that a lost executor does not
 * change what is to be done; the driver sees sums.
 *
 * @param pending the tracks to do, as they are stored
 * @param removed ids of tracks that were done and are not in the corpus any more
 */
public record RunPlan(PlanSummary summary, JavaRDD<Track> pending, JavaRDD<String> removed) {
  /**
   * Into how many chunks a long track should be cut, if its duration allows: always as many, so
   * that a run which goes on after a killed one cuts at the same places; and not more, for every
   * chunk decodes what lies before it.
   */
  public static final int CHUNKS = 8;

  /** Less is not long, however few the others are. */
  private static final long MIN_LONG_BYTES = 16 << 20;

  /**
   * Holds every track against the journal of the output folder, and stores what is to be done.
   *
   * @param entries the corpus
   * @param output the output folder
   * @param folder takes the plan
   */
  public static RunPlan store(
      JavaSparkContext context,
      JavaRDD<CorpusEntry> entries,
      String output,
      IncrementalPlanner planner,
      Path folder,
      Broadcast<SerializableConfiguration> hadoop)
      throws IOException {
    String place = folder.toString();
    CollectionAccumulator<JournalDamage> damages = context.sc().collectionAccumulator();
    List<PlanFile> parts =
        decide(context, entries, output, planner, damages, hadoop)
            .mapPartitionsWithIndex(
                (index, decisions) -> {
                  // Of two attempts each has a file of its own, and the driver hears of one.
                  String name =
                      "plan-%05d-%d.jsonl.gz".formatted(index, TaskContext.get().taskAttemptId());
                  Path file = new Path(place, name);
                  return List.of(PlanFile.write(decisions, planner, file, hadoop.value().value()))
                      .iterator();
                },
                true)
            .collect();
    entries.unpersist();
    PlanSummary summary = new PlanSummary(planner.selection().limit());
    summary.damaged(Set.copyOf(damages.value()));
    List<String> files = new ArrayList<>();
    List<String> removed = new ArrayList<>();
    for (PlanFile part : parts) {
      removed.addAll(part.removed());
      summary.merge(part.summary());
      files.addAll(part.files());
    }
    JavaRDD<String> gone =
        summary.removed() == 0 ? context.emptyRDD() : context.parallelize(removed);
    return new RunPlan(summary, pending(context, files, summary, hadoop), gone);
  }

  private static JavaRDD<Track> pending(
      JavaSparkContext context,
      List<String> files,
      PlanSummary summary,
      Broadcast<SerializableConfiguration> hadoop) {
    if (files.isEmpty()) {
      return context.emptyRDD();
    }
    JavaRDD<Track> pending =
        context
            .parallelize(files, files.size())
            .flatMap(file -> PlanFile.read(new Path(file), hadoop.value().value()).iterator());
    if (!summary.isLimited()) {
      return pending;
    }
    long most = summary.pending();
    return pending
        .sortBy(Track::id, true, files.size())
        .zipWithIndex()
        .filter(numbered -> numbered._2() < most)
        .keys();
  }

  /** What {@link #store} would find, without storing anything. */
  public static PlanSummary preview(
      JavaSparkContext context,
      JavaRDD<CorpusEntry> entries,
      String output,
      IncrementalPlanner planner,
      Broadcast<SerializableConfiguration> hadoop)
      throws IOException {
    boolean ownsFiles = planner.contract().ownsFiles();
    CollectionAccumulator<JournalDamage> damages = context.sc().collectionAccumulator();
    PlanSummary summary =
        decide(context, entries, output, planner, damages, hadoop)
            .aggregate(
                new PlanSummary(planner.selection().limit()),
                (sum, decision) -> sum.add(decision, ownsFiles),
                PlanSummary::merge);
    summary.damaged(Set.copyOf(damages.value()));
    entries.unpersist();
    return summary;
  }

  private static JavaRDD<PlanEntry> decide(
      JavaSparkContext context,
      JavaRDD<CorpusEntry> entries,
      String output,
      IncrementalPlanner planner,
      CollectionAccumulator<JournalDamage> damages,
      Broadcast<SerializableConfiguration> hadoop)
      throws IOException {
    NameFolding folding = NameFolding.of(output, context.hadoopConfiguration());
    boolean mayCollide = !planner.contract().idsGivePlaces() || folding.folds();
    JavaRDD<CorpusEntry> corpus =
        mayCollide ? entries.persist(StorageLevel.MEMORY_AND_DISK_SER()) : entries;
    JavaPairRDD<String, String> rivals =
        mayCollide ? rivals(corpus, planner, folding) : JavaPairRDD.fromJavaRDD(context.emptyRDD());
    return corpus
        .mapToPair(entry -> new Tuple2<>(key(entry), entry))
        .cogroup(past(context, output, damages, hadoop), rivals)
        .mapPartitions(
            groups -> {
              OutputFiles files = OutputFiles.of(output, hadoop.value().value());
              return new LookAhead<>(groups, group -> decide(group, planner, files));
            })
        .flatMap(List::iterator);
  }

  private static List<PlanEntry> decide(
      Tuple2<String, Tuple3<Iterable<CorpusEntry>, Iterable<TrackHistory>, Iterable<String>>> group,
      IncrementalPlanner planner,
      OutputFiles files) {
    Tuple3<Iterable<CorpusEntry>, Iterable<TrackHistory>, Iterable<String>> found = group._2();
    return found._1().iterator().hasNext()
        ? planner.decide(found._1(), found._2(), found._3(), files)
        : planner.decideAbsent(group._1(), found._2());
  }

  /** No id begins like that of a note. */
  private static String key(CorpusEntry entry) {
    return entry instanceof Track track ? track.id() : "\0" + ((CorpusNote) entry).key();
  }

  /** For each track whose result would lie where another's lies, the id of one such. */
  private static JavaPairRDD<String, String> rivals(
      JavaRDD<CorpusEntry> corpus, IncrementalPlanner planner, NameFolding folding) {
    return corpus
        .flatMapToPair(entry -> places(entry, planner, folding).iterator())
        .distinct()
        .groupByKey()
        .values()
        .flatMapToPair(ids -> ring(ids).iterator());
  }

  /** Where the result of a track would lie, as storage tells names apart, each with its id. */
  private static Stream<Tuple2<String, String>> places(
      CorpusEntry entry, IncrementalPlanner planner, NameFolding folding) {
    if (!(entry instanceof Track track) || track.problem() != null) {
      return Stream.of();
    }
    try {
      return planner.contract().places(track).stream()
          .map(place -> new Tuple2<>(folding.fold(place), track.id()));
    } catch (IllegalArgumentException e) {
      return Stream.of(); // Told of when the track is decided about.
    }
  }

  /** Each id with the next one; nothing for one alone. */
  private static List<Tuple2<String, String>> ring(Iterable<String> sharing) {
    List<String> ids = StreamSupport.stream(sharing.spliterator(), false).sorted().toList();
    List<Tuple2<String, String>> pairs = new ArrayList<>();
    for (int i = 0; i < ids.size() && ids.size() > 1; i++) {
      pairs.add(new Tuple2<>(ids.get(i), ids.get((i + 1) % ids.size())));
    }
    return pairs;
  }

  /**
   * The same without Spark, for few tracks.
   *
   * @param pending takes the tracks to do, in the corpus' order
   */
  public static PlanSummary here(
      List<CorpusEntry> entries,
      String output,
      IncrementalPlanner planner,
      Configuration configuration,
      Collection<Track> pending)
      throws IOException {
    Map<String, List<CorpusEntry>> byKey = new LinkedHashMap<>();
    entries.forEach(entry -> byKey.computeIfAbsent(key(entry), k -> new ArrayList<>()).add(entry));
    Map<String, List<TrackHistory>> past = new HashMap<>();
    List<JournalDamage> damages = new ArrayList<>();
    for (String part : RunJournal.parts(output, configuration)) {
      RunJournal.read(
          part,
          configuration,
          row -> {
            if (byKey.containsKey(row.trackId())) {
              past.computeIfAbsent(row.trackId(), k -> new ArrayList<>()).add(TrackHistory.of(row));
            }
          },
          damages::add);
    }
    Map<String, List<String>> rivals = rivalsHere(entries, output, planner, configuration);
    PlanSummary summary = new PlanSummary(planner.selection().limit());
    summary.damaged(damages);
    OutputFiles files = OutputFiles.of(output, configuration);
    for (Map.Entry<String, List<CorpusEntry>> group : byKey.entrySet()) {
      for (PlanEntry decision :
          planner.decide(
              group.getValue(),
              past.getOrDefault(group.getKey(), List.of()),
              rivals.getOrDefault(group.getKey(), List.of()),
              files)) {
        long before = summary.pending();
        summary.add(decision, planner.contract().ownsFiles());
        if (summary.pending() > before && decision instanceof PlanEntry.OnTrack found) {
          pending.add(found.track());
        }
      }
    }
    return summary;
  }

  private static Map<String, List<String>> rivalsHere(
      List<CorpusEntry> entries,
      String output,
      IncrementalPlanner planner,
      Configuration configuration)
      throws IOException {
    NameFolding folding = NameFolding.of(output, configuration);
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

  private static JavaPairRDD<String, TrackHistory> past(
      JavaSparkContext context,
      String output,
      CollectionAccumulator<JournalDamage> damages,
      Broadcast<SerializableConfiguration> hadoop)
      throws IOException {
    List<String> parts = RunJournal.parts(output, context.hadoopConfiguration());
    int slices = Math.max(1, Math.min(parts.size(), 4 * context.defaultParallelism()));
    return context
        .parallelize(parts, slices)
        .flatMapToPair(
            part -> {
              List<Tuple2<String, TrackHistory>> rows = new ArrayList<>();
              RunJournal.read(
                  part,
                  hadoop.value().value(),
                  row -> rows.add(new Tuple2<>(row.trackId(), TrackHistory.of(row))),
                  damages::add);
              return rows.iterator();
            });
  }

  /**
   * Those of the tracks to do that are so long that all other cores would wait for them at the end,
   * even though they come first: heavier than a core's share of everything. That is so of fewer
   * tracks than there are cores.
   */
  public List<Track> longTracks() {
    long share =
        TaskPartitioner.weight(summary.pending(), summary.bytes())
            / pending.context().defaultParallelism();
    return pending
        .filter(Track::hasMixture)
        .filter(track -> track.mixture().bytes() >= MIN_LONG_BYTES)
        .filter(track -> TaskPartitioner.weight(track) > share)
        .collect();
  }

  /**
   * The tracks to do in partitions of about equal weight, the heaviest tracks first.
   *
   * @param apart ids of tracks to leave out
   */
  public JavaRDD<Track> partitions(Set<String> apart) {
    Set<String> others = Set.copyOf(apart);
    return TaskPartitioner.cut(pending.filter(track -> !others.contains(track.id())));
  }
}
