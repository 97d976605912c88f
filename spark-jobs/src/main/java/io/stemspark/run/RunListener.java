package io.stemspark.run;

/** Is told on the driver how a run goes. */
public interface RunListener {
  RunListener NONE = new RunListener() {};

  /**
   * The plan is made, and there is something to do.
   *
   * @param tracks that the run takes on
   * @param bytes of their files
   */
  default void planned(long tracks, long bytes) {}

  /** Called every second or so. */
  default void progressed(Progress progress) {}

  /**
   * The report is written.
   *
   * @param page where its page lies
   */
  default void reported(String page) {}
}
