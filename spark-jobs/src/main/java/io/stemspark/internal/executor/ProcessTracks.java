package io.stemspark.internal.executor;

import io.stemspark.internal.corpus.Track;
import io.stemspark.internal.journal.RunProgress;
import io.stemspark.internal.journal.RunTotals;
import io.stemspark.internal.journal.TaskJournal;
import io.stemspark.internal.journal.TrackResult;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Processes the tracks of a partition, each of which succeeds or fails by itself. Tracks that an
 * earlier attempt of the task has done are not done again. Tracks that failed through no fault of
 * their own, for example because storage failed, are left to another attempt while Spark allows
 * one.
 *
 * @param attempts how often Spark tries a task
 * @param firstTask number of the first of these tasks in the run's journal
 */
public record ProcessTracks(
    TaskJournal.Opening journals,
    TrackWorker.Factory workers,
    RunProgress progress,
    int attempts,
    int firstTask,
    Broadcast<SerializableConfiguration> hadoop)
    implements FlatMapFunction<Iterator<Track>, RunTotals> {
  @Override
  public Iterator<RunTotals> call(Iterator<Track> tracks) throws IOException {
    if (!tracks.hasNext()) {
      return List.of(new RunTotals()).iterator();
    }
    TaskContext context = TaskContext.get();
    // Spark restarts the count of a task's attempts when it runs a stage again.
    String attempt = "%d-%d".formatted(context.stageAttemptNumber(), context.attemptNumber());
    int task = firstTask + context.partitionId();
    String ofTask = "%s-%06d-".formatted(journals.fence().run(), task);
    String name = ofTask + attempt;
    Configuration configuration = hadoop.value().value();
    TaskPermit permit = new TaskPermit(journals.fence(), ofTask, name, configuration);
    try (TaskJournal journal = journals.open(task, attempt, progress, permit, configuration);
        TrackWorker worker = workers.open(name, journal, configuration)) {
      List<Track> begun = new ArrayList<>();
      boolean last = context.attemptNumber() + 1 >= attempts;
      try {
        process(tracks, begun, worker, journal, context);
      } catch (IOException e) {
        if (!last) {
          throw e;
        }
        tracks.forEachRemaining(begun::add);
        giveUp(begun, journal, e);
      }
      if (!last) {
        journal.requireNothingToRetry();
      }
      return List.of(journal.summary()).iterator();
    }
  }

  private static void process(
      Iterator<Track> tracks,
      List<Track> begun,
      TrackWorker worker,
      TaskJournal journal,
      TaskContext context)
      throws IOException {
    while (tracks.hasNext()) {
      context.killTaskIfInterrupted();
      Track track = tracks.next();
      begun.add(track);
      if (journal.has(track.id())) {
        continue;
      }
      if (track.problem() == null) {
        worker.process(track);
      } else {
        journal.add(track, TrackResult.unusable(track.id(), track.problem()));
      }
    }
    worker.finish();
  }

  /** Fails the tracks of a task that cannot go on, for example without a disk; the run goes on. */
  private static void giveUp(List<Track> tracks, TaskJournal journal, IOException reason)
      throws IOException {
    for (Track track : tracks) {
      if (!journal.has(track.id())) {
        journal.add(track, TrackResult.failed(track.id(), new IOException(reason), 0));
      }
    }
  }
}
