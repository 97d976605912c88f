package io.stemspark.internal.report;

import io.stemspark.audio.AudioReader;
import io.stemspark.internal.corpus.Track;
import io.stemspark.internal.evaluation.EvaluationContract;
import io.stemspark.internal.evaluation.VocalClips;
import io.stemspark.internal.ffmpeg.FfmpegReader;
import io.stemspark.internal.lease.Fence;
import io.stemspark.internal.report.RunPage.Listening;
import io.stemspark.internal.scores.ScoreFiles;
import io.stemspark.internal.scores.ScoreTable;
import io.stemspark.internal.scores.ScoreTable.Row;
import io.stemspark.internal.storage.Spool;
import io.stemspark.internal.text.Reason;
import io.stemspark.internal.text.SafeText;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.apache.commons.io.function.IOConsumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes the page of an evaluation, with sounds and pictures of its best and worst tracks. */
public final class ScoreReport {
  private static final Logger LOG = LoggerFactory.getLogger(ScoreReport.class);
  private static final int EXAMPLES = 3;

  private final Configuration configuration;
  private final EvaluationContract task;
  private final Map<String, Track> references;
  private final Fence fence;

  /**
   * @param configuration settings to reach storage
   * @param references the corpus, by id
   * @param fence of the run that holds the report's folder
   */
  public ScoreReport(
      Configuration configuration,
      EvaluationContract task,
      Map<String, Track> references,
      Fence fence) {
    this.configuration = configuration;
    this.task = task;
    this.references = references;
    this.fence = fence;
  }

  /**
   * Writes the page, and clips beside it.
   *
   * @param others evaluations to compare with
   * @return where the page lies
   */
  public String write(ScoreTable scores, List<ScoreTable> others) throws IOException {
    List<Row> ranked =
        scores.tracks().stream()
            .filter(row -> ScorePage.vocals(row).sdr() != null)
            .sorted(Comparator.comparing(row -> ScorePage.vocals(row).sdr()))
            .toList();
    int examples = Math.min(EXAMPLES, (ranked.size() + 1) / 2);
    List<Row> worst = ranked.subList(0, examples);
    List<Row> best = ranked.subList(Math.max(examples, ranked.size() - examples), ranked.size());
    try (VocalClips clips = new VocalClips(task, configuration)) {
      String page =
          ScorePage.render(
              scores, others, listening("worst", worst, clips), listening("best", best, clips));
      return ScoreFiles.writePage(page, fence, configuration);
    }
  }

  private List<Listening> listening(String kind, List<Row> rows, VocalClips clips) {
    List<Listening> listening = new ArrayList<>();
    for (Row row : rows) {
      Track track = references.get(row.trackId());
      String file = "%s-%d-".formatted(kind, listening.size() + 1);
      String title =
          "%s: vocals at %s dB"
              .formatted(row.trackId(), ScoreTable.decibels(ScorePage.vocals(row).sdr()));
      try {
        Sound reference =
            sound("vocals, reference", file + "reference", clip -> clips.reference(track, clip));
        Sound estimate =
            sound("vocals, estimate", file + "estimate", clip -> clips.estimate(track, clip));
        listening.add(new Listening(title, List.of(reference, estimate)));
      } catch (IOException | RuntimeException e) {
        LOG.warn(
            "The report has no picture of {}: {}",
            SafeText.line(row.trackId()),
            SafeText.line(Reason.of(e)));
      }
    }
    return listening;
  }

  private Sound sound(String title, String name, IOConsumer<java.nio.file.Path> clip)
      throws IOException {
    String link = "%s/%s.flac".formatted(ScoreFiles.EXAMPLES, name);
    try (Spool spool = Spool.open()) {
      java.nio.file.Path local = spool.file("clip.flac");
      clip.accept(local);
      fence.write(
          new Path(task.output(), link), configuration, stream -> Files.copy(local, stream));
      try (AudioReader reader = FfmpegReader.open(local)) {
        return new Sound(title, link, SpectrogramPicture.of(reader));
      }
    }
  }
}
