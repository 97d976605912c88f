package io.stemspark.run;

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
