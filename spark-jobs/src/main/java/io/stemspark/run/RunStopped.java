package io.stemspark.run;

/** A run that was stopped because too much went wrong. What it has done is kept. */
public final class RunStopped extends RuntimeException {
  private static final long serialVersionUID = 1;

  /**
   * @param why they failed, or where that stands
   */
  public RunStopped(long failed, long most, String why, Throwable cause) {
    super(
        "stopped: %d tracks failed, and --max-failures is %d; what was done is kept. %s"
            .formatted(failed, most, why),
        cause);
  }
}
