package io.stemspark.spark;

import io.stemspark.internal.journal.RunTotals;
import io.stemspark.internal.journal.TrackResult;
import java.util.List;

/**
 * What came of a run over a corpus. All tracks of the plan are in one of the counts.
 *
 * @param done tracks that this run has done
 * @param skipped tracks that have nothing for this job, such as stems without a mixture
 * @param failed tracks that failed
 * @param alreadyDone tracks that an earlier run had done
 * @param failedBefore tracks that failed in an earlier run by their own fault, and were not tried
 *     again
 * @param leftOut tracks that the selection left out, such as those beyond a limit
 * @param audioSeconds duration of the audio that was done
 * @param remarks of the first tracks that failed, were skipped or were repaired: id and reason
 */
public record RunSummary(
    long done,
    long skipped,
    long failed,
    long alreadyDone,
    long failedBefore,
    long leftOut,
    double audioSeconds,
    List<String> remarks) {
  public RunSummary {
    remarks = List.copyOf(remarks);
  }

  static RunSummary of(RunTotals totals) {
    return new RunSummary(
        totals.done(),
        totals.skipped(),
        totals.failed(),
        totals.alreadyDone(),
        totals.failedBefore(),
        totals.leftOut(),
        totals.audioSeconds(),
        totals.listed().stream().map(RunSummary::remark).toList());
  }

  private static String remark(TrackResult result) {
    return result.trackId() + ": " + result.note();
  }
}
