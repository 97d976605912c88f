package io.stemspark.spark;

import io.stemspark.internal.plan.PlanReason;
import io.stemspark.internal.plan.PlanSummary;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a run would do.
 *
 * @param toDo tracks that it would take on
 * @param bytes of their files
 * @param reasons how many tracks would be done or left, by the reason in words
 * @param text all of it in words, and how long it will take as far as earlier runs tell
 */
public record DryRun(long toDo, long bytes, Map<String, Long> reasons, String text) {
  public DryRun {
    reasons = Map.copyOf(reasons);
  }

  static DryRun of(PlanSummary plan, int cores) {
    Map<String, Long> reasons = new TreeMap<>();
    for (PlanReason reason : PlanReason.values()) {
      if (plan.tracks(reason) > 0) {
        reasons.put(reason.words(), plan.tracks(reason));
      }
    }
    return new DryRun(plan.pending(), plan.bytes(), reasons, plan.describe(cores));
  }
}
