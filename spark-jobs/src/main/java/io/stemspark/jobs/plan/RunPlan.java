package io.stemspark.jobs.plan;

import io.stemspark.jobs.corpus.AudioFile;
import io.stemspark.jobs.corpus.Track;
import io.stemspark.jobs.ledger.Ledger;
import io.stemspark.jobs.ledger.LedgerRow;
import io.stemspark.jobs.ledger.StoredFile;
import io.stemspark.jobs.storage.LookAhead;
import io.stemspark.jobs.storage.StagedFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.function.BinaryOperator;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.storage.StorageLevel;
import org.apache.spark.util.SerializableConfiguration;
import scala.Tuple2;

/** Which tracks a run takes on. The tracks stay on the executors; the driver sees sums. */
public final class RunPlan implements AutoCloseable {
  private static final BinaryOperator<LedgerRow> LAST =
      BinaryOperator.maxBy(Comparator.comparingLong(LedgerRow::time));

  private final JavaRDD<Decision> decisions;
  private final PlanSummary summary;

  private RunPlan(JavaRDD<Decision> decisions, PlanSummary summary) {
    this.decisions = decisions;
    this.summary = summary;
  }

  /**
   * Holds every track against the ledger of the output folder.
   *
   * @param output the output folder
   */
  public static RunPlan make(
      JavaSparkContext context,
      JavaRDD<Track> tracks,
      String output,
      Judge judge,
      Broadcast<SerializableConfiguration> hadoop)
      throws IOException {
    JavaPairRDD<String, Past> past = past(context, output, hadoop);
    JavaRDD<Decision> decisions =
        tracks
            .mapToPair(track -> new Tuple2<>(track.id(), track))
            .cogroup(past)
            .mapPartitions(
                groups -> {
                  Predicate<StoredFile> isThere = isThere(output, hadoop.value().value());
                  return new LookAhead<>(
                      new Groups(groups), group -> judge.judge(group._1(), group._2(), isThere));
                });
    decisions.persist(StorageLevel.MEMORY_AND_DISK_SER());
    PlanSummary summary =
        decisions.aggregate(
            new PlanSummary(judge.selection().limit()), PlanSummary::add, PlanSummary::merge);
    return new RunPlan(decisions, summary);
  }

  /**
   * The same without Spark, for few tracks. Files that were named one by one may have the same name
   * in different places, so that none may take another's place.
   *
   * @param pending takes the tracks to do, in the corpus' order
   */
  public static PlanSummary here(
      List<Track> tracks,
      String output,
      Judge judge,
      Configuration configuration,
      Consumer<Track> pending)
      throws IOException {
    Map<String, List<Past>> past = new HashMap<>();
    Map<String, LedgerRow> done = new HashMap<>();
    tracks.forEach(track -> past.put(track.id(), new ArrayList<>()));
    for (String part : Ledger.parts(output, configuration)) {
      Ledger.read(
          part,
          configuration,
          row -> {
            if (past.containsKey(row.trackId())) {
              past.get(row.trackId()).add(Past.of(row));
              if (row.isDone()) {
                done.merge(row.trackId(), row, LAST);
              }
            }
          });
    }
    PlanSummary summary = new PlanSummary(judge.selection().limit());
    for (Track track : tracks) {
      Decision decision =
          judge.judge(List.of(track), past.get(track.id()), isThere(output, configuration));
      if (decision.verdict() == Verdict.INPUT_CHANGED) {
        decision = requireSamePlace(decision, judge, done.get(track.id()));
      }
      long before = summary.pending();
      summary.add(decision);
      if (summary.pending() > before) {
        pending.accept(track);
      }
    }
    return summary;
  }

  private static Decision requireSamePlace(Decision decision, Judge judge, LedgerRow done) {
    Track track = decision.track();
    List<String> now = judge.rules().inputs(track).stream().map(AudioFile::uri).toList();
    List<String> then = done.inputs().stream().map(AudioFile::uri).toList();
    if (now.equals(then)) {
      return decision;
    }
    return Decision.problem(
        track,
        "track %s (%s): the output folder has stems of that name from %s. Name another folder"
            .formatted(track.id(), track.uri(), String.join(", ", then)));
  }

  private static JavaPairRDD<String, Past> past(
      JavaSparkContext context, String output, Broadcast<SerializableConfiguration> hadoop)
      throws IOException {
    List<String> parts = Ledger.parts(output, context.hadoopConfiguration());
    int slices = Math.max(1, Math.min(parts.size(), 4 * context.defaultParallelism()));
    return context
        .parallelize(parts, slices)
        .flatMapToPair(
            part -> {
              List<Tuple2<String, Past>> rows = new ArrayList<>();
              Ledger.read(
                  part,
                  hadoop.value().value(),
                  row -> rows.add(new Tuple2<>(row.trackId(), Past.of(row))));
              return rows.iterator();
            });
  }

  /** Whether a file is there in the size that a row says, or waits to appear. */
  static Predicate<StoredFile> isThere(String output, Configuration configuration)
      throws IOException {
    StagedFiles files = new StagedFiles(output, configuration);
    return file -> {
      try {
        return files.isThere(file.path(), file.bytes());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    };
  }

  public PlanSummary summary() {
    return summary;
  }

  /** Those of the tracks to do that are best cut into pieces. */
  public List<Track> longTracks() {
    return LongTracks.among(pending(), summary, decisions.context().defaultParallelism());
  }

  /**
   * The tracks to do, cut into chunks: one partition each, the heaviest tracks first.
   *
   * @param apart ids of tracks to leave out
   */
  public JavaRDD<Track> chunks(Set<String> apart) {
    Set<String> others = Set.copyOf(apart);
    return Chunks.cut(pending().filter(track -> !others.contains(track.id())));
  }

  private JavaRDD<Track> pending() {
    JavaRDD<Track> pending = decisions.filter(Decision::isPending).map(Decision::track);
    if (summary.isLimited()) {
      long most = summary.pending();
      pending =
          pending
              .sortBy(Track::id, true, pending.getNumPartitions())
              .zipWithIndex()
              .filter(numbered -> numbered._2() < most)
              .keys();
    }
    return pending;
  }

  @Override
  public void close() {
    decisions.unpersist();
  }

  /** Those with a track; rows of tracks that the corpus no longer has are passed over. */
  private static final class Groups implements Iterator<Tuple2<Iterable<Track>, Iterable<Past>>> {
    private final Iterator<Tuple2<String, Tuple2<Iterable<Track>, Iterable<Past>>>> groups;
    private Tuple2<Iterable<Track>, Iterable<Past>> next;

    Groups(Iterator<Tuple2<String, Tuple2<Iterable<Track>, Iterable<Past>>>> groups) {
      this.groups = groups;
    }

    @Override
    public boolean hasNext() {
      while (next == null && groups.hasNext()) {
        Tuple2<Iterable<Track>, Iterable<Past>> group = groups.next()._2();
        next = group._1().iterator().hasNext() ? group : null;
      }
      return next != null;
    }

    @Override
    public Tuple2<Iterable<Track>, Iterable<Past>> next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      Tuple2<Iterable<Track>, Iterable<Past>> group = next;
      next = null;
      return group;
    }
  }
}
