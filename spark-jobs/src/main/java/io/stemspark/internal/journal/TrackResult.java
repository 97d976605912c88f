package io.stemspark.internal.journal;

import io.stemspark.audio.AudioException;
import io.stemspark.internal.corpus.MissingInputException;
import io.stemspark.internal.corpus.Track;
import io.stemspark.internal.network.UnsoundEstimateException;
import io.stemspark.internal.text.Reason;
import io.stemspark.internal.text.SafeText;
import io.stemspark.separation.StageTimes;
import io.stemspark.separation.StemQuality;
import java.io.Serializable;
import java.util.List;

/**
 * The result of a track.
 *
 * @param trackId its id in the corpus
 * @param status done, failed or skipped
 * @param note why the track was not done, or a remark on how it was done; may be empty
 * @param audioSeconds duration of its audio; 0 unless done
 * @param wallSeconds time that a task spent on it
 * @param times that time by stage
 * @param fault whether the track or the model is to blame for a failure, so that another try will
 *     not help; of a skipped track, whether it was left out on purpose
 * @param outputs what was written
 * @param quality of the stems; null unless a mixture was separated
 * @param sound a description by which tracks that sound alike are found; empty if none is wanted
 */
public record TrackResult(
    String trackId,
    Status status,
    String note,
    double audioSeconds,
    double wallSeconds,
    StageTimes times,
    boolean fault,
    List<StoredFile> outputs,
    StemQuality quality,
    String sound)
    implements Serializable {
  public TrackResult {
    outputs = List.copyOf(outputs);
  }

  /** Seconds since a reading of {@link System#nanoTime}. */
  public static double secondsSince(long nanos) {
    return (System.nanoTime() - nanos) / 1e9;
  }

  /** How a track ended. */
  public enum Status {
    DONE,
    SKIPPED,
    FAILED,
    /** It was done, and is not part of the results any more. No run gives a track this outcome. */
    REMOVED
  }

  public static TrackResult done(
      String trackId, String note, double audioSeconds, double wallSeconds, StageTimes times) {
    return new TrackResult(
        trackId, Status.DONE, note, audioSeconds, wallSeconds, times, false, List.of(), null, "");
  }

  public static TrackResult skipped(String trackId, String reason) {
    return new TrackResult(
        trackId, Status.SKIPPED, reason, 0, 0, StageTimes.NONE, false, List.of(), null, "");
  }

  /** A track that is not wanted, and will not be until it or the settings change. */
  public static TrackResult refused(String trackId, String reason, double wallSeconds) {
    return new TrackResult(
        trackId,
        Status.SKIPPED,
        reason,
        0,
        wallSeconds,
        StageTimes.NONE,
        true,
        List.of(),
        null,
        "");
  }

  /** A track that could not be processed; {@code cause} says why. */
  public static TrackResult failed(String trackId, Throwable cause, double wallSeconds) {
    return failed(trackId, SafeText.of(Reason.of(cause)), wallSeconds, isFaultOfTrack(cause));
  }

  /** A track that could not even be tried. */
  public static TrackResult unusable(String trackId, Track.Problem problem) {
    return failed(trackId, SafeText.of(problem.reason()), 0, problem.permanent());
  }

  private static TrackResult failed(String trackId, String note, double seconds, boolean fault) {
    return new TrackResult(
        trackId, Status.FAILED, note, 0, seconds, StageTimes.NONE, fault, List.of(), null, "");
  }

  /** Whether the track or the model is to blame for a failure: another try will not help. */
  public static boolean isFaultOfTrack(Throwable failure) {
    return failure instanceof AudioException
        || failure instanceof MissingInputException
        || failure instanceof UnsoundEstimateException;
  }

  /** The same, with what was written. */
  public TrackResult writing(List<StoredFile> files) {
    return new TrackResult(
        trackId, status, note, audioSeconds, wallSeconds, times, fault, files, quality, sound);
  }

  /** The same, with what the track sounds like. */
  public TrackResult sounding(String heard) {
    return new TrackResult(
        trackId, status, note, audioSeconds, wallSeconds, times, fault, outputs, quality, heard);
  }

  /** The same, with the quality of the stems. */
  public TrackResult with(StemQuality measured) {
    return new TrackResult(
        trackId, status, note, audioSeconds, wallSeconds, times, fault, outputs, measured, sound);
  }
}
