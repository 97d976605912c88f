package io.stemspark.jobs.report;

import io.stemspark.audio.AudioReader;
import io.stemspark.audio.FfmpegReader;
import io.stemspark.jobs.corpus.AudioFile;
import io.stemspark.jobs.corpus.Track;
import io.stemspark.jobs.evaluation.ScoreTable;
import io.stemspark.jobs.evaluation.ScoreTable.Row;
import io.stemspark.jobs.report.ReportPage.Listening;
import io.stemspark.jobs.steps.EvaluationTask;
import io.stemspark.jobs.steps.TrackAudio;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes the page of an evaluation, with sounds and pictures of its best and worst tracks. */
public final class ScoreReport {
  private static final Logger LOG = LoggerFactory.getLogger(ScoreReport.class);
  private static final int EXAMPLES = 3;

  private final Configuration configuration;
  private final EvaluationTask task;
  private final Map<String, Track> references;

  /**
   * @param configuration reaches storage
   * @param references the corpus, by id
   */
  public ScoreReport(
      Configuration configuration, EvaluationTask task, Map<String, Track> references) {
    this.configuration = configuration;
    this.task = task;
    this.references = references;
  }

  /**
   * The page.
   *
   * @param others evaluations to compare with
   */
  public String render(ScoreTable scores, List<ScoreTable> others) {
    List<Row> ranked =
        scores.tracks().stream()
            .filter(row -> ScorePage.vocals(row).sdr() != null)
            .sorted(Comparator.comparing(row -> ScorePage.vocals(row).sdr()))
            .toList();
    int examples = Math.min(EXAMPLES, (ranked.size() + 1) / 2);
    List<Row> worst = ranked.subList(0, examples);
    List<Row> best = ranked.subList(Math.max(examples, ranked.size() - examples), ranked.size());
    try (TrackAudio audio = new TrackAudio(configuration, task.decoding())) {
      return ScorePage.render(scores, others, listening(worst, audio), listening(best, audio));
    }
  }

  private List<Listening> listening(List<Row> rows, TrackAudio audio) {
    List<Listening> listening = new ArrayList<>();
    for (Row row : rows) {
      Track track = references.get(row.trackId());
      try {
        List<Sound> sounds = new ArrayList<>();
        sounds.add(sound("vocals, reference", track.vocals(), audio));
        Optional<Track> estimate = task.estimate(track);
        if (estimate.isPresent()) {
          sounds.add(sound("vocals, estimate", estimate.get().vocals(), audio));
        }
        String title =
            "%s: vocals at %s dB"
                .formatted(row.trackId(), ScoreTable.decibels(ScorePage.vocals(row).sdr()));
        listening.add(new Listening(title, sounds));
      } catch (IOException e) {
        LOG.warn("The report has no picture of {}: {}", row.trackId(), e.getMessage());
      }
    }
    return listening;
  }

  private static Sound sound(String name, AudioFile file, TrackAudio audio) throws IOException {
    try (AudioReader reader = audio.open(file)) {
      // A browser would play another stream of a file that has several.
      boolean isWhole = file.stream() == FfmpegReader.BEST_STREAM;
      String link = isWhole ? new Path(file.uri()).toUri().toASCIIString() : "";
      return Sound.of(name, link, SpectrogramPicture.draw(reader));
    }
  }
}
