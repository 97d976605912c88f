package io.stemspark.run;

/** A run that was stopped because too much went wrong. What it has done is kept. */
public final class RunStopped extends RuntimeException {
  private static final long serialVersionUID = 1;

  /**
   * @param why a sentence that says why they failed, or where that stands
   */
  public RunStopped(long failed, long most, String why, Throwable cause) {
    super(
        "The run was stopped: %d tracks failed, and at most %d may. What was done is kept. %s"
            .formatted(failed, most, why),
        cause);
  }
}
