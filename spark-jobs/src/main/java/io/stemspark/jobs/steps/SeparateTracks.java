package io.stemspark.jobs.steps;

import io.stemspark.bundle.ModelBundle;
import io.stemspark.jobs.corpus.Track;
import io.stemspark.jobs.ledger.Summary;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Separates the tracks of a partition and writes their stems. A track that fails stops no other.
 */
public final class SeparateTracks implements FlatMapFunction<Iterator<Track>, Summary> {
  private static final long serialVersionUID = 1;

  private final Broadcast<ModelBundle> bundle;
  private final SeparationTask task;
  private final Broadcast<SerializableConfiguration> hadoop;

  public SeparateTracks(
      Broadcast<ModelBundle> bundle,
      SeparationTask task,
      Broadcast<SerializableConfiguration> hadoop) {
    this.bundle = bundle;
    this.task = task;
    this.hadoop = hadoop;
  }

  @Override
  public Iterator<Summary> call(Iterator<Track> tracks) throws IOException {
    Summary summary = new Summary();
    try (TrackSeparator separator =
        new TrackSeparator(bundle.value(), task, Cards.ofTask(), hadoop.value().value())) {
      while (tracks.hasNext() && !Thread.currentThread().isInterrupted()) {
        summary.add(separator.separate(tracks.next(), seconds -> {}));
      }
    }
    return List.of(summary).iterator();
  }
}
