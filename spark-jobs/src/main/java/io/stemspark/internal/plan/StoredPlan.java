package io.stemspark.internal.plan;

import io.stemspark.internal.corpus.CorpusEntry;
import io.stemspark.internal.corpus.Track;
import io.stemspark.internal.journal.JournalDamage;
import io.stemspark.internal.journal.RunJournal;
import io.stemspark.internal.storage.LookAhead;
import io.stemspark.internal.storage.NameFolding;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
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
 * A plan that executors make and store. The driver gets its sums.
 *
 * @param files the files of the tracks to do, as JSON Lines
 */
record StoredPlan(
    PlanSummary summary,
    List<String> removed,
    List<String> files,
    Broadcast<SerializableConfiguration> hadoop)
    implements RunPlan {
  /**
   * Makes a plan, and stores the tracks to do.
   *
   * @param entries the corpus
   * @param output the output folder
   * @param folder the folder for the plan
   */
  static StoredPlan store(
      JavaSparkContext context,
      JavaRDD<CorpusEntry> entries,
      String output,
      IncrementalPlanner planner,
      Path folder,
      Broadcast<SerializableConfiguration> hadoop)
      throws IOException {
    StoredPlan plan = storeOnce(context, entries, output, planner, folder, hadoop);
    IncrementalPlanner wary = planner.after(plan.summary.damages(), context.hadoopConfiguration());
    return wary.equals(planner) ? plan : storeOnce(context, entries, output, wary, folder, hadoop);
  }

  private static StoredPlan storeOnce(
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
                  // Each of two attempts has its own file, and the driver gets the name of one.
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
    return new StoredPlan(summary, summary.removed() == 0 ? List.of() : removed, files, hadoop);
  }

  /** The sums of what {@link #store} would find, without storing anything. */
  static PlanSummary preview(
      JavaSparkContext context,
      JavaRDD<CorpusEntry> entries,
      String output,
      IncrementalPlanner planner,
      Broadcast<SerializableConfiguration> hadoop)
      throws IOException {
    PlanSummary summary = previewOnce(context, entries, output, planner, hadoop);
    IncrementalPlanner wary = planner.after(summary.damages(), context.hadoopConfiguration());
    return wary.equals(planner) ? summary : previewOnce(context, entries, output, wary, hadoop);
  }

  private static PlanSummary previewOnce(
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
        mayCollide
            ? Rivals.of(corpus, planner, folding)
            : JavaPairRDD.fromJavaRDD(context.emptyRDD());
    return corpus
        .mapToPair(entry -> new Tuple2<>(entry.group(), entry))
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
    var found = group._2();
    return planner.decide(group._1(), found._1(), found._2(), found._3(), files);
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

  @Override
  public JavaRDD<Track> pending(JavaSparkContext context) {
    if (files.isEmpty()) {
      return context.emptyRDD();
    }
    Broadcast<SerializableConfiguration> configuration = hadoop;
    JavaRDD<Track> pending =
        context
            .parallelize(files, files.size())
            .flatMap(
                file -> PlanFile.read(new Path(file), configuration.value().value()).iterator());
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

  @Override
  public List<Track> longTracks(JavaSparkContext context) {
    long share = TaskPartitioner.share(summary, context.defaultParallelism());
    return pending(context).filter(track -> TaskPartitioner.isLong(track, share)).collect();
  }

  @Override
  public JavaRDD<Track> partitions(JavaSparkContext context, Set<String> apart) {
    Set<String> others = Set.copyOf(apart);
    return TaskPartitioner.cut(pending(context).filter(track -> !others.contains(track.id())));
  }
}
