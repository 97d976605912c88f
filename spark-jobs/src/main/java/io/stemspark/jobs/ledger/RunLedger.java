package io.stemspark.jobs.ledger;

import io.stemspark.jobs.corpus.AudioFile;
import io.stemspark.jobs.corpus.Track;
import io.stemspark.jobs.lease.Fence;
import java.io.IOException;
import java.io.Serializable;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** A task's part of the ledger: what it does, and what attempts of it before did. */
public final class RunLedger implements AutoCloseable {
  private final Opening opening;
  private final LedgerWriter writer;
  private final RunProgress progress;
  private final PublishPermit permit;
  private final Set<String> tracks = new HashSet<>();
  private final Summary summary = new Summary();
  private long toRetry;
  private String reason;

  private RunLedger(
      Opening opening, LedgerWriter writer, RunProgress progress, PublishPermit permit) {
    this.permit = permit;
    this.opening = opening;
    this.writer = writer;
    this.progress = progress;
  }

  /**
   * What all parts of a run's ledger have in common.
   *
   * @param fence of the run's lease on the output folder
   * @param corpus what it reads, as a full URI
   * @param rules what its results depend on
   */
  public record Opening(Fence fence, String corpus, Rules rules) implements Serializable {
    /**
     * Opens the part of a task.
     *
     * @param task its number
     * @param attempt names this attempt among all of this task
     * @param progress is told of every track
     * @param permit of this attempt
     */
    public RunLedger open(
        int task,
        String attempt,
        RunProgress progress,
        PublishPermit permit,
        Configuration configuration)
        throws IOException {
      Path folder = new Path(Ledger.folder(fence.output()), "%s/%06d".formatted(fence.run(), task));
      LedgerWriter writer = new LedgerWriter(new Path(folder, attempt), configuration);
      RunLedger ledger = new RunLedger(this, writer, progress, permit);
      try {
        for (LedgerRow row : Ledger.readTask(folder, configuration)) {
          ledger.adopt(row);
        }
        return ledger;
      } catch (IOException | RuntimeException e) {
        ledger.close();
        throw e;
      }
    }
  }

  /** Rows are kept again, so that this attempt's stand for the whole task. */
  private void adopt(LedgerRow row) throws IOException {
    // What failed for want of storage or memory may do better on another machine.
    if (!row.isToRetry() && tracks.add(row.trackId())) {
      writer.add(row);
      count(row.outcome(), row.inputs());
    }
  }

  /** To be asked before anything is published. */
  public PublishPermit permit() {
    return permit;
  }

  /** Whether there is nothing left to do for a track. */
  public boolean has(String trackId) {
    return tracks.contains(trackId);
  }

  /** Adds what came of a track. */
  public void add(Track track, Outcome outcome) throws IOException {
    LedgerRow row = LedgerRow.of(opening, track, outcome);
    writer.add(row);
    tracks.add(track.id());
    // What was found when the run was planned is in the plan, which no attempt changes.
    boolean planned = track.problem() != null;
    if (outcome.status() == Outcome.Status.FAILED && !outcome.fault() && !planned) {
      toRetry++;
      reason = outcome.trackId() + ": " + outcome.note();
    }
    count(outcome, row.inputs());
  }

  private void count(Outcome outcome, List<AudioFile> inputs) {
    summary.add(outcome);
    progress.add(outcome, AudioFile.bytes(inputs));
  }

  /**
   * Makes way for another attempt.
   *
   * @throws IOException when tracks failed by no fault of their own
   */
  public void requireNothingToRetry() throws IOException {
    if (toRetry > 0) {
      throw new IOException(
          "%d tracks are left to another attempt; the last was %s".formatted(toRetry, reason));
    }
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
