package io.stemspark.jobs.steps;

import io.stemspark.bundle.ModelBundle;
import io.stemspark.jobs.corpus.Track;
import io.stemspark.jobs.ledger.Outcome;
import io.stemspark.jobs.ledger.RunLedger;
import io.stemspark.jobs.ledger.Summary;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Separates the tracks of a chunk and writes their stems. A track that fails stops no other, and
 * one that an earlier attempt of the task has done is not done again.
 */
public final class SeparateTracks implements FlatMapFunction<Iterator<Track>, Summary> {
  private static final long serialVersionUID = 1;

  private final Broadcast<ModelBundle> bundle;
  private final SeparationTask task;
  private final String run;
  private final Broadcast<SerializableConfiguration> hadoop;

  public SeparateTracks(
      Broadcast<ModelBundle> bundle,
      SeparationTask task,
      String run,
      Broadcast<SerializableConfiguration> hadoop) {
    this.bundle = bundle;
    this.task = task;
    this.run = run;
    this.hadoop = hadoop;
  }

  @Override
  public Iterator<Summary> call(Iterator<Track> tracks) throws IOException {
    if (!tracks.hasNext()) {
      return List.of(new Summary()).iterator();
    }
    Configuration configuration = hadoop.value().value();
    TaskContext context = TaskContext.get();
    try (RunLedger ledger =
            RunLedger.open(
                task.output(),
                run,
                task,
                context.partitionId(),
                context.attemptNumber(),
                configuration);
        TrackSeparator separator =
            new TrackSeparator(bundle.value(), task, Cards.ofTask(), configuration)) {
      while (tracks.hasNext() && !context.isInterrupted()) {
        Track track = tracks.next();
        if (!ledger.has(track.id())) {
          Outcome outcome = separator.separate(track, seconds -> {});
          if (context.isInterrupted()) {
            break;
          }
          ledger.add(track, outcome);
        }
      }
      return List.of(ledger.summary()).iterator();
    }
  }
}
