package io.stemspark.jobs;

import io.stemspark.jobs.plan.PlanSummary;

/** Is told on the driver how a run goes. */
public interface RunListener {
  RunListener NONE = new RunListener() {};

  /** The plan is made, and there is something to do. */
  default void planned(PlanSummary plan) {}

  /** Called every second or so. */
  default void progressed(Progress progress) {}

  /**
   * The report is written.
   *
   * @param page where its page lies
   */
  default void reported(String page) {}
}
