package io.stemspark.internal.plan;

/** Whether and why a run takes on a track. */
public enum PlanReason {
  NEW(true, "never done"),
  INPUT_CHANGED(true, "input changed"),
  OTHER_MODEL(true, "done with another model"),
  OTHER_SETTINGS(true, "done with other settings"),
  OUTPUT_GONE(true, "output gone or of another size"),
  OUTPUT_REPLACED(true, "output may be that of a later run, which was killed"),
  FAILED(true, "failed before"),
  UNUSABLE(true, "cannot be processed, and will be reported as failed"),
  DONE(false, "already done"),
  AT_FAULT(false, "failed before and is not tried again (--retry-failed does)"),
  NOT_NEW(false, "done before, and only new tracks were asked for"),
  TOO_OLD(false, "not modified since the time that was asked for");

  private final boolean pending;
  private final String words;

  PlanReason(boolean pending, String words) {
    this.pending = pending;
    this.words = words;
  }

  public boolean isPending() {
    return pending;
  }

  public String words() {
    return words;
  }
}
