package io.stemspark.internal.report;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.stemspark.internal.corpus.CorpusNote;
import io.stemspark.internal.journal.RunTotals;
import io.stemspark.internal.journal.UsedModel;
import io.stemspark.internal.text.SafeText;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The figures of a run.
 *
 * @param run its name
 * @param job {@code separate}, {@code extract} or {@code evaluate}
 * @param stemspark version that ran
 * @param model what it separated with; null if it separated nothing
 * @param input the corpus that it read
 * @param output the output folder
 * @param started when it began, as is {@code finished}, in ISO 8601
 * @param tracks numbers of tracks by result
 * @param leftOut tracks that were left out at the end, and what the corpus holds beside tracks, in
 *     words
 * @param damaged files of the journal that are damaged, in words
 * @param audioSeconds duration of the tracks that were done
 * @param wallSeconds of the whole run
 * @param taskSeconds time that tasks spent on tracks, together
 * @param timesRealTime audio per time
 * @param timeline what was done when
 * @param slowest the tracks that took longest
 * @param doubts tracks with a voice whose stems have most in common
 * @param voiceless tracks in which probably nobody sings
 * @param withoutVoice number of all those
 * @param failures tracks that were not done; the first thousand
 */
public record RunReport(
    String run,
    String job,
    String stemspark,
    @JsonInclude(JsonInclude.Include.NON_NULL) UsedModel model,
    String input,
    String output,
    String started,
    String finished,
    Tracks tracks,
    List<String> leftOut,
    List<String> damaged,
    double audioSeconds,
    double wallSeconds,
    double taskSeconds,
    double timesRealTime,
    List<RunStatistics.Bucket> timeline,
    List<RunStatistics.SlowTrack> slowest,
    List<RunStatistics.Doubt> doubts,
    List<RunStatistics.Doubt> voiceless,
    long withoutVoice,
    List<RunStatistics.Failure> failures) {

  /** Numbers of tracks by result, in this run and in those before. */
  public record Tracks(long done, long skipped, long failed, long alreadyDone, long failedBefore) {}

  /** Which run did what, and when it began. */
  public record Subject(
      String run,
      String job,
      String stemspark,
      Optional<UsedModel> model,
      String input,
      String output,
      Instant started) {}

  /** The report of a run that has just finished. */
  static RunReport of(
      Subject subject, RunTotals summary, RunStatistics statistics, Instant finished) {
    double seconds = Duration.between(subject.started, finished).toMillis() / 1e3;
    return new RunReport(
        subject.run,
        subject.job,
        subject.stemspark,
        subject.model.orElse(null),
        subject.input,
        subject.output,
        subject.started.toString(),
        finished.toString(),
        new Tracks(
            summary.done(),
            summary.skipped(),
            summary.failed(),
            summary.alreadyDone(),
            summary.failedBefore()),
        Stream.concat(
                summary.remarks().stream(), summary.notes().stream().map(CorpusNote::describe))
            .map(SafeText::line)
            .toList(),
        summary.damages().stream().map(SafeText::line).toList(),
        summary.audioSeconds(),
        seconds,
        summary.wallSeconds(),
        summary.audioSeconds() / seconds,
        statistics.timeline(),
        statistics.slowest(),
        statistics.doubts(),
        statistics.voiceless(),
        statistics.withoutVoice(),
        statistics.failures());
  }
}
