package io.stemspark.internal.pipeline;

import io.stemspark.internal.journal.RunProgress;
import io.stemspark.internal.journal.TrackResult;
import java.util.Set;
import org.apache.spark.SparkContext;
import org.apache.spark.util.LongAccumulator;

/** Counts tracks in tasks; Spark brings the counts to the driver while the tasks go on. */
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

  /** By which a run tells its own from those of others in the same application. */
  Set<Long> ids() {
    return Set.of(done.id(), skipped.id(), failed.id(), bytes.id(), audioMillis.id());
  }

  @Override
  public void add(TrackResult outcome, long size) {
    switch (outcome.status()) {
      case DONE -> done.add(1);
      case SKIPPED -> skipped.add(1);
      // Other failures may be made good by another attempt; the run's sums have what is left.
      case FAILED -> failed.add(outcome.fault() ? 1 : 0);
      case REMOVED -> throw new IllegalArgumentException("No run gives a track this outcome.");
    }
    bytes.add(size);
    audioMillis.add(Math.round(outcome.audioSeconds() * 1000));
  }
}
