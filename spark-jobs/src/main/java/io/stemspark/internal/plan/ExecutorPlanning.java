package io.stemspark.internal.plan;

import io.stemspark.internal.corpus.CorpusEntry;
import io.stemspark.internal.journal.JournalDamage;
import io.stemspark.internal.journal.JournalParts;
import io.stemspark.internal.storage.LookAhead;
import io.stemspark.internal.storage.NameFolding;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.StreamSupport;
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
 * Makes plans on the executors: brings what the journal says to the corpus' tracks, and decides.
 *
 * @param entries the corpus
 * @param output the output folder
 */
record ExecutorPlanning(
    JavaSparkContext context,
    JavaRDD<CorpusEntry> entries,
    String output,
    Broadcast<SerializableConfiguration> hadoop) {
  /**
   * Makes a plan, and stores the tracks to do.
   *
   * @param folder the folder for the plan
   */
  StoredPlan store(IncrementalPlanner planner, Path folder) throws IOException {
    StoredPlan plan = storeOnce(planner, folder);
    IncrementalPlanner wary = after(plan.summary(), planner);
    return wary.equals(planner) ? plan : storeOnce(wary, folder);
  }

  /** The sums of what {@link #store} would find, without storing anything. */
  PlanSummary preview(IncrementalPlanner planner) throws IOException {
    PlanSummary summary = previewOnce(planner);
    IncrementalPlanner wary = after(summary, planner);
    return wary.equals(planner) ? summary : previewOnce(wary);
  }

  private IncrementalPlanner after(PlanSummary summary, IncrementalPlanner planner)
      throws IOException {
    return planner.after(summary.damages(), context.hadoopConfiguration());
  }

  private StoredPlan storeOnce(IncrementalPlanner planner, Path folder) throws IOException {
    Broadcast<SerializableConfiguration> configuration = hadoop;
    String place = folder.toString();
    CollectionAccumulator<JournalDamage> damages = context.sc().collectionAccumulator();
    NameFolding folding = NameFolding.of(output, context.hadoopConfiguration());
    JavaRDD<CorpusEntry> corpus = corpus(planner, folding, damages);
    List<PlanFile> parts =
        decide(corpus, planner, folding, damages)
            .mapPartitionsWithIndex(
                (index, decisions) -> {
                  // Each of two attempts has its own file, and the driver gets the name of one.
                  String name =
                      "plan-%05d-%d.jsonl.gz".formatted(index, TaskContext.get().taskAttemptId());
                  Path file = new Path(place, name);
                  return List.of(
                          PlanFile.write(decisions, planner, file, configuration.value().value()))
                      .iterator();
                },
                true)
            .collect();
    corpus.unpersist();
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

  private PlanSummary previewOnce(IncrementalPlanner planner) throws IOException {
    boolean ownsFiles = planner.contract().ownsFiles();
    CollectionAccumulator<JournalDamage> damages = context.sc().collectionAccumulator();
    NameFolding folding = NameFolding.of(output, context.hadoopConfiguration());
    JavaRDD<CorpusEntry> corpus = corpus(planner, folding, damages);
    PlanSummary summary =
        decide(corpus, planner, folding, damages)
            .aggregate(
                new PlanSummary(planner.selection().limit()),
                (sum, decision) -> sum.add(decision, ownsFiles),
                PlanSummary::merge);
    summary.damaged(Set.copyOf(damages.value()));
    corpus.unpersist();
    return summary;
  }

  /** The corpus with the tags that places depend on; kept where it is read twice. */
  private JavaRDD<CorpusEntry> corpus(
      IncrementalPlanner planner, NameFolding folding, CollectionAccumulator<JournalDamage> damages)
      throws IOException {
    if (!mayCollide(planner, folding)) {
      return entries;
    }
    Broadcast<SerializableConfiguration> configuration = hadoop;
    JavaRDD<CorpusEntry> corpus = entries;
    if (planner.contract().dependsOnTags()) {
      corpus =
          entries
              .mapToPair(entry -> new Tuple2<>(entry.group(), entry))
              .cogroup(past(damages))
              .values()
              .flatMap(
                  group ->
                      StreamSupport.stream(group._1().spliterator(), false)
                          .map(
                              entry ->
                                  planner.tagged(entry, group._2(), configuration.value().value()))
                          .iterator());
    }
    return corpus.persist(StorageLevel.MEMORY_AND_DISK_SER());
  }

  private static boolean mayCollide(IncrementalPlanner planner, NameFolding folding) {
    return !planner.contract().idsGivePlaces() || folding.folds();
  }

  private JavaRDD<PlanEntry> decide(
      JavaRDD<CorpusEntry> corpus,
      IncrementalPlanner planner,
      NameFolding folding,
      CollectionAccumulator<JournalDamage> damages)
      throws IOException {
    JavaPairRDD<String, String> rivals =
        mayCollide(planner, folding)
            ? Rivals.of(corpus, planner, folding)
            : JavaPairRDD.fromJavaRDD(context.emptyRDD());
    String place = output;
    Broadcast<SerializableConfiguration> configuration = hadoop;
    return corpus
        .mapToPair(entry -> new Tuple2<>(entry.group(), entry))
        .cogroup(past(damages), rivals)
        .mapPartitions(
            groups -> {
              OutputFiles files = OutputFiles.of(place, configuration.value().value());
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

  private JavaPairRDD<String, TrackHistory> past(CollectionAccumulator<JournalDamage> damages)
      throws IOException {
    return JournalParts.of(context, hadoop, output)
        .rows(row -> Optional.of(new Tuple2<>(row.trackId(), TrackHistory.of(row))), damages::add)
        .mapToPair(row -> row);
  }
}
