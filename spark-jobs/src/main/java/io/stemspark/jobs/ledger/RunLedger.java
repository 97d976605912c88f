package io.stemspark.jobs.ledger;

import io.stemspark.jobs.corpus.Track;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** A task's part of the ledger: what it does, and what attempts of it before did. */
public final class RunLedger implements AutoCloseable {
  private final String run;
  private final Rules rules;
  private final LedgerWriter writer;
  private final Set<String> tracks = new HashSet<>();
  private final Summary summary = new Summary();

  private RunLedger(String run, Rules rules, LedgerWriter writer) {
    this.run = run;
    this.rules = rules;
    this.writer = writer;
  }

  /**
   * Opens the part of a task.
   *
   * @param output the output folder
   * @param run the run
   * @param rules what its results depend on
   * @param chunk the task's number in it
   * @param attempt how often the task was tried before
   */
  public static RunLedger open(
      String output, String run, Rules rules, int chunk, int attempt, Configuration configuration)
      throws IOException {
    Path folder = new Path(Ledger.folder(output), "%s/%06d".formatted(run, chunk));
    RunLedger ledger = new RunLedger(run, rules, new LedgerWriter(folder, configuration));
    if (attempt > 0) {
      for (String file : Ledger.files(folder, configuration)) {
        Ledger.read(file, configuration, ledger::remember);
      }
    }
    return ledger;
  }

  private void remember(LedgerRow row) {
    // What failed for want of storage or memory may do better on another machine.
    boolean retry = row.status() == Outcome.Status.FAILED && !row.fault();
    if (!retry && tracks.add(row.trackId())) {
      summary.add(row.outcome());
    }
  }

  /** Whether there is nothing left to do for a track. */
  public boolean has(String trackId) {
    return tracks.contains(trackId);
  }

  /** Adds what came of a track. */
  public void add(Track track, Outcome outcome) throws IOException {
    writer.add(LedgerRow.of(run, outcome, rules.inputs(track), rules.fingerprint(track)));
    tracks.add(track.id());
    summary.add(outcome);
  }

  /** The sums of the task, those of its earlier attempts among them. */
  public Summary summary() {
    return summary;
  }

  @Override
  public void close() throws IOException {
    writer.close();
  }
}
