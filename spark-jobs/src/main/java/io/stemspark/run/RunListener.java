package io.stemspark.run;

/** Receives the progress of a run, on the driver. */
public interface RunListener {
  RunListener NONE = new RunListener() {};

  /**
   * Called when the plan is made and there is something to do.
   *
   * @param tracks tracks that the run will do
   * @param bytes of their files
   */
  default void planned(long tracks, long bytes) {}

  /** Called every second or so. */
  default void progressed(Progress progress) {}

  /**
   * Called when the report is written.
   *
   * @param page where its page lies
   */
  default void reported(String page) {}

  /**
   * How far a run is.
   *
   * @param tracks that it has to do
   * @param bytes of their files
   * @param done tracks so far, as are {@code skipped} and {@code failed}
   * @param bytesRead size of the files of all these
   * @param audioSeconds duration of those that are done
   */
  public record Progress(
      long tracks,
      long bytes,
      long done,
      long skipped,
      long failed,
      long bytesRead,
      double audioSeconds) {
    /** Tracks that the run has finished. */
    public long processed() {
      return done + skipped + failed;
    }

    /** The share of the work that is done, from 0 to 1. */
    public double fraction() {
      return bytes > 0
          ? Math.min(1, (double) bytesRead / bytes)
          : tracks > 0 ? (double) processed() / tracks : 1;
    }
  }
}
