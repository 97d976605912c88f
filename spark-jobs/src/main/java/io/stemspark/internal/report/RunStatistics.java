package io.stemspark.internal.report;

import io.stemspark.internal.corpus.AudioFile;
import io.stemspark.internal.journal.Fingerprint;
import io.stemspark.internal.journal.JournalEntry;
import io.stemspark.internal.journal.StoredFile;
import io.stemspark.internal.journal.TrackResult;
import io.stemspark.separation.StemQuality;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a report says of a run's tracks, added up inside the executors. Its size grows with the
 * run's duration, not with the number of tracks.
 */
public final class RunStatistics implements Serializable {
  private static final long serialVersionUID = 1;
  private static final int MAX_SLOWEST = 20;
  private static final int MAX_DOUBTS = 20;
  private static final int MAX_FAILURES = 1000;
  private static final int MAX_EXAMPLES = 3;
  private static final long BUCKET_MILLIS = 10_000;

  private static final Comparator<Doubt> DOUBTFUL =
      Comparator.<Doubt>comparingDouble(doubt -> doubt.quality().correlation())
          .reversed()
          .thenComparing(Doubt::trackId);
  private static final Comparator<Doubt> VOICELESS =
      Comparator.<Doubt>comparingDouble(doubt -> doubt.quality().noVoice())
          .reversed()
          .thenComparing(Doubt::trackId);

  private final Map<Long, Bucket> buckets = new TreeMap<>();
  private List<SlowTrack> slowest = new ArrayList<>();
  private List<Doubt> doubts = new ArrayList<>();
  private List<Doubt> voiceless = new ArrayList<>();
  private long withoutVoice;
  private List<Failure> failures = new ArrayList<>();
  private List<Example> examples = new ArrayList<>();

  /**
   * What was done in a period.
   *
   * @param time when the period began, in milliseconds since 1970
   * @param tracks that were done, skipped or failed
   * @param audioSeconds duration of those that were done
   */
  public record Bucket(long time, long tracks, double audioSeconds) implements Serializable {
    private Bucket plus(Bucket other) {
      return new Bucket(
          Math.min(time, other.time), tracks + other.tracks, audioSeconds + other.audioSeconds);
    }
  }

  /** A track, the duration of its audio, and the time that a task spent on it. */
  public record SlowTrack(String trackId, double audioSeconds, double wallSeconds)
      implements Serializable {}

  /** A track, and what its stems say about themselves. */
  public record Doubt(String trackId, StemQuality quality) implements Serializable {
    private boolean isWithoutVoice() {
      return quality.noVoice() > 0.5;
    }
  }

  /** A track that was skipped or that failed, and why. */
  public record Failure(String trackId, TrackResult.Status status, String reason)
      implements Serializable {}

  /**
   * A track to listen to, picked at random.
   *
   * @param mixture its mixture
   * @param outputs what was made of it
   */
  public record Example(String trackId, AudioFile mixture, List<StoredFile> outputs)
      implements Serializable {
    /** Orders by a hash, so that tracks are picked neither by name nor by content. */
    private String chance() {
      return Fingerprint.hash(trackId);
    }
  }

  /** Adds a track. */
  public RunStatistics add(JournalEntry row) {
    long time = row.time() / BUCKET_MILLIS * BUCKET_MILLIS;
    buckets.merge(time, new Bucket(time, 1, row.audioSeconds()), Bucket::plus);
    if (row.status() == TrackResult.Status.DONE) {
      slowest.add(new SlowTrack(row.trackId(), row.audioSeconds(), row.wallSeconds()));
      examples.add(new Example(row.trackId(), row.inputs().get(0), row.outputs()));
      if (row.quality() != null) {
        add(new Doubt(row.trackId(), row.quality()));
      }
    } else {
      failures.add(new Failure(row.trackId(), row.status(), row.note()));
    }
    return trim();
  }

  private void add(Doubt track) {
    (track.isWithoutVoice() ? voiceless : doubts).add(track);
    withoutVoice += track.isWithoutVoice() ? 1 : 0;
  }

  /** Adds the tracks of another part of the run. */
  public RunStatistics merge(RunStatistics other) {
    other.buckets.forEach((time, bucket) -> buckets.merge(time, bucket, Bucket::plus));
    slowest.addAll(other.slowest);
    doubts.addAll(other.doubts);
    voiceless.addAll(other.voiceless);
    withoutVoice += other.withoutVoice;
    failures.addAll(other.failures);
    examples.addAll(other.examples);
    return trim();
  }

  private RunStatistics trim() {
    slowest =
        first(
            slowest,
            Comparator.comparingDouble(SlowTrack::wallSeconds)
                .reversed()
                .thenComparing(SlowTrack::trackId),
            MAX_SLOWEST);
    doubts = first(doubts, DOUBTFUL, MAX_DOUBTS);
    voiceless = first(voiceless, VOICELESS, MAX_DOUBTS);
    failures = first(failures, Comparator.comparing(Failure::trackId), MAX_FAILURES);
    examples = first(examples, Comparator.comparing(Example::chance), MAX_EXAMPLES);
    return this;
  }

  private static <T> List<T> first(List<T> list, Comparator<T> order, int most) {
    if (list.size() <= most) {
      return list;
    }
    list.sort(order);
    return new ArrayList<>(list.subList(0, most));
  }

  /** What was done, with a point for every ten seconds in which something was done. */
  public List<Bucket> timeline() {
    return List.copyOf(buckets.values());
  }

  /** The tracks that took longest, the slowest first. */
  public List<SlowTrack> slowest() {
    return slowest.stream()
        .sorted(Comparator.comparingDouble(SlowTrack::wallSeconds).reversed())
        .toList();
  }

  /** Tracks with a voice whose stems have most in common, the worst first. */
  public List<Doubt> doubts() {
    return doubts.stream().sorted(DOUBTFUL).toList();
  }

  /** Tracks in which probably nobody sings, the surest first. */
  public List<Doubt> voiceless() {
    return voiceless.stream().sorted(VOICELESS).toList();
  }

  /** Number of tracks in which probably nobody sings. */
  public long withoutVoice() {
    return withoutVoice;
  }

  /** The first tracks, by id, that were not done. */
  public List<Failure> failures() {
    return failures.stream().sorted(Comparator.comparing(Failure::trackId)).toList();
  }

  /** A few tracks to listen to. */
  public List<Example> examples() {
    return List.copyOf(examples);
  }
}
