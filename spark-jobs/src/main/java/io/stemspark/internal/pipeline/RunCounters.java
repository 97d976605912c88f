package io.stemspark.internal.pipeline;

import io.stemspark.internal.journal.RunProgress;
import io.stemspark.internal.journal.TrackResult;
import java.util.Set;
import org.apache.spark.SparkContext;
import org.apache.spark.util.LongAccumulator;

/** Counts tracks in tasks. Spark sends the counts to the driver while the tasks run. */
final class RunCounters implements RunProgress {
  private static final long serialVersionUID = 1;
  static final String DONE = "stemspark tracks done";
  static final String SKIPPED = "stemspark tracks skipped";
  static final String FAILED = "stemspark tracks failed";
  static final String BYTES = "stemspark bytes read";
  static final String AUDIO_MILLIS = "stemspark audio milliseconds";

  private final LongAccumulator done;
  private final LongAccumulator skipped;
  private final LongAccumulator failed;
  private final LongAccumulator bytes;
  private final LongAccumulator audioMillis;

  RunCounters(SparkContext context) {
    done = context.longAccumulator(DONE);
    skipped = context.longAccumulator(SKIPPED);
    failed = context.longAccumulator(FAILED);
    bytes = context.longAccumulator(BYTES);
    audioMillis = context.longAccumulator(AUDIO_MILLIS);
  }

  /** The accumulators' ids, which differ from those of other runs in the same application. */
  Set<Long> ids() {
    return Set.of(done.id(), skipped.id(), failed.id(), bytes.id(), audioMillis.id());
  }

  @Override
  public void add(TrackResult result, long size) {
    switch (result.status()) {
      case DONE -> done.add(1);
      case SKIPPED -> skipped.add(1);
      // Another attempt may make other failures good. The run's sums count those that remain.
      case FAILED -> failed.add(result.fault() ? 1 : 0);
      case REMOVED ->
          throw new IllegalArgumentException("A run cannot give a track the status REMOVED.");
    }
    bytes.add(size);
    audioMillis.add(Math.round(result.audioSeconds() * 1000));
  }
}
