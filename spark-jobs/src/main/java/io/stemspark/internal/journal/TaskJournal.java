package io.stemspark.internal.journal;

import io.stemspark.internal.corpus.AudioFile;
import io.stemspark.internal.corpus.Track;
import io.stemspark.internal.lease.Fence;
import io.stemspark.internal.storage.PublishPermit;
import java.io.IOException;
import java.io.Serializable;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** A task's part of the journal: what this attempt does, and what earlier attempts did. */
public final class TaskJournal implements AutoCloseable {
  private final Opening opening;
  private final JournalWriter writer;
  private final RunProgress progress;
  private final PublishPermit permit;
  private final Set<String> tracks = new HashSet<>();
  private final RunTotals summary = new RunTotals();
  private long toRetry;
  private String reason;

  private TaskJournal(
      Opening opening, JournalWriter writer, RunProgress progress, PublishPermit permit) {
    this.permit = permit;
    this.opening = opening;
    this.writer = writer;
    this.progress = progress;
  }

  /**
   * What all parts of a run's journal have in common.
   *
   * @param fence of the run's lease on the output folder
   * @param corpus what it reads, as a full URI
   * @param contract what its results depend on
   */
  public record Opening(Fence fence, String corpus, OutputContract contract)
      implements Serializable {
    /**
     * Opens the part of a task.
     *
     * @param task its number
     * @param attempt names this attempt among all of this task
     * @param progress receives every track
     * @param permit of this attempt
     */
    public TaskJournal open(
        int task,
        String attempt,
        RunProgress progress,
        PublishPermit permit,
        Configuration configuration)
        throws IOException {
      Path folder =
          new Path(RunJournal.folder(fence.output()), "%s/%06d".formatted(fence.run(), task));
      JournalWriter writer = new JournalWriter(new Path(folder, attempt), configuration);
      TaskJournal journal = new TaskJournal(this, writer, progress, permit);
      try {
        for (JournalEntry row : RunJournal.readTask(folder, configuration)) {
          journal.adopt(row);
        }
        return journal;
      } catch (IOException | RuntimeException e) {
        journal.close();
        throw e;
      }
    }
  }

  /** Takes over a row of an earlier attempt, so that this one's rows stand for the whole task. */
  private void adopt(JournalEntry row) throws IOException {
    // Tracks that failed for lack of storage or memory may succeed on another machine.
    if (!row.isToRetry() && tracks.add(row.trackId())) {
      writer.add(row);
      count(row.outcome(), row.inputs());
    }
  }

  /** Must be asked before anything is published. */
  public PublishPermit permit() {
    return permit;
  }

  /** Whether there is nothing left to do for a track. */
  public boolean has(String trackId) {
    return tracks.contains(trackId);
  }

  /** Adds the result of a track. */
  public void add(Track track, TrackResult result) throws IOException {
    JournalEntry row = JournalEntry.of(opening, track, result);
    writer.add(row);
    tracks.add(track.id());
    // Problems that were found in planning are in the plan, which no attempt changes.
    if (row.isToRetry() && track.problem() == null) {
      toRetry++;
      reason = result.trackId() + ": " + result.note();
    }
    count(result, row.inputs());
  }

  private void count(TrackResult result, List<AudioFile> inputs) {
    summary.add(result);
    progress.add(result, AudioFile.bytes(inputs));
  }

  /**
   * Fails if some tracks are left to another attempt.
   *
   * @throws IOException when tracks failed and were not to blame
   */
  public void requireNothingToRetry() throws IOException {
    if (toRetry > 0) {
      throw new IOException(
          "%d tracks failed and are left to another attempt of this task. The last one is %s"
              .formatted(toRetry, reason));
    }
  }

  /** The sums of the task, including those of its earlier attempts. */
  public RunTotals summary() {
    return summary;
  }

  @Override
  public void close() throws IOException {
    writer.close();
  }
}
