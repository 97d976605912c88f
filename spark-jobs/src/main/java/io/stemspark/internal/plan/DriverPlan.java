package io.stemspark.internal.plan;

import io.stemspark.internal.corpus.CorpusEntry;
import io.stemspark.internal.corpus.Track;
import io.stemspark.internal.journal.JournalDamage;
import io.stemspark.internal.journal.RunJournal;
import io.stemspark.internal.storage.LookAhead;
import io.stemspark.internal.storage.NameFolding;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * A plan that the driver makes and keeps. It uses no Spark jobs, because they would take longer.
 *
 * @param tracks the tracks to do, in the order of the corpus
 */
public record DriverPlan(PlanSummary summary, List<Track> tracks, List<String> removed)
    implements RunPlan {
  private static final int MAX_ENTRIES = 1000;

  /** Files are opened, one after the other. */
  private static final int MAX_TAGGED = 50;

  private static final int MAX_PARTS = 100;
  private static final int MAX_ROWS = 20_000;

  /**
   * Makes a plan.
   *
   * @param entries the corpus
   * @param output the output folder
   */
  public static DriverPlan of(
      List<CorpusEntry> entries,
      String output,
      IncrementalPlanner planner,
      Configuration configuration)
      throws IOException {
    Journal journal = new Journal(groups(entries), planner, configuration);
    for (String part : RunJournal.parts(output, configuration)) {
      journal.read(part);
    }
    return of(output, journal);
  }

  /** The same, but empty where the corpus or the journal is so large that executors are faster. */
  static Optional<DriverPlan> small(
      List<CorpusEntry> entries,
      String output,
      IncrementalPlanner planner,
      Configuration configuration)
      throws IOException {
    List<String> parts = RunJournal.parts(output, configuration);
    int most = planner.contract().dependsOnTags() ? MAX_TAGGED : MAX_ENTRIES;
    if (entries.size() > most || parts.size() > MAX_PARTS) {
      return Optional.empty();
    }
    Journal journal = new Journal(groups(entries), planner, configuration);
    for (String part : parts) {
      journal.read(part);
      if (journal.rows > MAX_ROWS) {
        return Optional.empty();
      }
    }
    return Optional.of(of(output, journal));
  }

  private static Map<String, List<CorpusEntry>> groups(List<CorpusEntry> entries) {
    Map<String, List<CorpusEntry>> groups = new LinkedHashMap<>();
    entries.forEach(e -> groups.computeIfAbsent(e.group(), k -> new ArrayList<>()).add(e));
    return groups;
  }

  private static DriverPlan of(String output, Journal journal) throws IOException {
    IncrementalPlanner planner = journal.planner.after(journal.damages, journal.configuration);
    NameFolding folding = NameFolding.of(output, journal.configuration);
    journal.addTags();
    Map<String, List<String>> rivals = Rivals.of(journal.entries(), planner, folding);
    OutputFiles files = OutputFiles.of(output, journal.configuration);
    LookAhead<String, List<PlanEntry>> decisions =
        new LookAhead<>(
            journal.ids().iterator(),
            id ->
                planner.decide(
                    id,
                    journal.groups.getOrDefault(id, List.of()),
                    journal.past.getOrDefault(id, List.of()),
                    rivals.getOrDefault(id, List.of()),
                    files));
    PlanSummary summary = new PlanSummary(planner.selection().limit());
    summary.damaged(journal.damages);
    List<Track> pending = new ArrayList<>();
    List<String> removed = new ArrayList<>();
    while (decisions.hasNext()) {
      for (PlanEntry decision : decisions.next()) {
        long before = summary.pending();
        summary.add(decision, planner.contract().ownsFiles());
        if (decision instanceof PlanEntry.OnTrack found && summary.pending() > before) {
          pending.add(found.track());
        } else if (decision instanceof PlanEntry.OnRemoved gone) {
          removed.add(gone.trackId());
        }
      }
    }
    return new DriverPlan(summary, pending, summary.removed() == 0 ? List.of() : removed);
  }

  /**
   * What the journal says of the corpus' tracks, and of other tracks if their results may have to
   * be removed.
   */
  private static final class Journal {
    private final Map<String, List<CorpusEntry>> groups;
    private final IncrementalPlanner planner;
    private final Configuration configuration;
    private final Map<String, List<TrackHistory>> past = new LinkedHashMap<>();
    private final List<JournalDamage> damages = new ArrayList<>();
    private long rows;

    Journal(
        Map<String, List<CorpusEntry>> groups,
        IncrementalPlanner planner,
        Configuration configuration) {
      this.groups = groups;
      this.planner = planner;
      this.configuration = configuration;
    }

    void read(String part) throws IOException {
      RunJournal.read(
          part,
          configuration,
          row -> {
            rows++;
            if (groups.containsKey(row.trackId()) || planner.removes()) {
              past.computeIfAbsent(row.trackId(), k -> new ArrayList<>()).add(TrackHistory.of(row));
            }
          },
          damages::add);
    }

    /** Reads the tags that places depend on. */
    void addTags() {
      groups.replaceAll(
          (id, group) ->
              group.stream()
                  .map(
                      entry ->
                          planner.tagged(
                              entry, past.getOrDefault(entry.group(), List.of()), configuration))
                  .toList());
    }

    List<CorpusEntry> entries() {
      return groups.values().stream().flatMap(List::stream).toList();
    }

    /** The ids of the corpus, in its order, and then those that it no longer has. */
    List<String> ids() {
      List<String> ids = new ArrayList<>(groups.keySet());
      past.keySet().stream().filter(id -> !groups.containsKey(id)).forEach(ids::add);
      return ids;
    }
  }

  @Override
  public JavaRDD<Track> pending(JavaSparkContext context) {
    return context.parallelize(tracks);
  }

  @Override
  public List<Track> longTracks(JavaSparkContext context) {
    long share = TaskPartitioner.share(summary, context.defaultParallelism());
    return tracks.stream().filter(track -> TaskPartitioner.isLong(track, share)).toList();
  }

  @Override
  public JavaRDD<Track> partitions(JavaSparkContext context, Set<String> apart) {
    List<Track> others = tracks.stream().filter(track -> !apart.contains(track.id())).toList();
    return TaskPartitioner.cut(context, others);
  }
}
