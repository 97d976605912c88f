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
    /** Tracks that the run is through with. */
    public long processed() {
      return done + skipped + failed;
    }

    /** The part of the work that is behind, from 0 to 1. */
    public double fraction() {
      return bytes > 0
          ? Math.min(1, (double) bytesRead / bytes)
          : tracks > 0 ? (double) processed() / tracks : 1;
    }
  }
}
