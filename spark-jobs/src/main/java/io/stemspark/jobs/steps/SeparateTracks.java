package io.stemspark.jobs.steps;

import io.stemspark.bundle.ModelBundle;
import io.stemspark.jobs.corpus.Track;
import io.stemspark.jobs.ledger.Summary;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import java.util.OptionalInt;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.resource.ResourceInformation;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Separates the tracks of a partition and writes their stems. A track that fails stops no other.
 */
public final class SeparateTracks implements FlatMapFunction<Iterator<Track>, Summary> {
  private static final long serialVersionUID = 1;
  private static final String GPU = "gpu";

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
        new TrackSeparator(bundle.value(), task, assignedCard(), hadoop.value().value())) {
      tracks.forEachRemaining(track -> summary.add(separator.separate(track, seconds -> {})));
    }
    return List.of(summary).iterator();
  }

  private static OptionalInt assignedCard() {
    ResourceInformation gpu = TaskContext.get().resourcesJMap().get(GPU);
    return gpu == null || gpu.addresses().length == 0
        ? OptionalInt.empty()
        : OptionalInt.of(Integer.parseInt(gpu.addresses()[0]));
  }
}
