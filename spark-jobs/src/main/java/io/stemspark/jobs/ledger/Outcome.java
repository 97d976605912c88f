package io.stemspark.jobs.ledger;

import io.stemspark.separation.StageTimes;
import java.io.Serializable;

/**
 * What became of a track.
 *
 * @param trackId its id in the corpus
 * @param status done, failed or skipped
 * @param note why it was not done, or what is worth knowing of how it was; may be empty
 * @param audioSeconds duration of its audio; 0 unless done
 * @param wallSeconds time that a task spent on it
 * @param times where that went
 */
public record Outcome(
    String trackId,
    Status status,
    String note,
    double audioSeconds,
    double wallSeconds,
    StageTimes times)
    implements Serializable {
  /** How a track ended. */
  public enum Status {
    DONE,
    SKIPPED,
    FAILED
  }

  public static Outcome done(
      String trackId, String note, double audioSeconds, double wallSeconds, StageTimes times) {
    return new Outcome(trackId, Status.DONE, note, audioSeconds, wallSeconds, times);
  }

  public static Outcome skipped(String trackId, String reason) {
    return new Outcome(trackId, Status.SKIPPED, reason, 0, 0, StageTimes.NONE);
  }

  /** A track that could not be processed; {@code cause} says why. */
  public static Outcome failed(String trackId, Exception cause, double wallSeconds) {
    String reason = cause.getMessage() == null ? cause.toString() : cause.getMessage();
    return new Outcome(trackId, Status.FAILED, reason, 0, wallSeconds, StageTimes.NONE);
  }
}
