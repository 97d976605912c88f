package io.stemspark.internal.evaluation;

import io.stemspark.audio.AudioReader;
import io.stemspark.internal.audio.AudioStreams;
import io.stemspark.internal.corpus.Track;
import io.stemspark.internal.executor.TaskPermit;
import io.stemspark.internal.executor.TrackAudio;
import io.stemspark.internal.executor.TrackWorker;
import io.stemspark.internal.ffmpeg.FfmpegReader;
import io.stemspark.internal.gpu.Gpus;
import io.stemspark.internal.journal.StoredFile;
import io.stemspark.internal.journal.TaskJournal;
import io.stemspark.internal.journal.TrackResult;
import io.stemspark.internal.lease.LeaseLostException;
import io.stemspark.internal.scores.ScoreFile;
import io.stemspark.internal.scores.ScoreFiles;
import io.stemspark.internal.separation.SeparationEngine;
import io.stemspark.internal.separation.StemWriter;
import io.stemspark.internal.stems.BorrowedEngine;
import io.stemspark.internal.storage.Spool;
import io.stemspark.internal.storage.TemporaryFolders;
import io.stemspark.metrics.BssEval;
import io.stemspark.metrics.Estimator;
import io.stemspark.metrics.PairReader;
import io.stemspark.metrics.TrackScores;
import io.stemspark.network.Stem;
import io.stemspark.separation.StageTimes;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;

/** Scores tracks, from storage to storage. */
public final class TrackEvaluator implements TrackWorker {
  private final EvaluationContract task;
  private final Optional<BorrowedEngine> separator;
  private final TaskJournal journal;
  private final TrackAudio audio;
  private final Configuration configuration;
  private final org.apache.hadoop.fs.Path temporary;

  private interface Opening {
    AudioReader open() throws IOException;
  }

  /**
   * @param attempt names files that are not whole yet
   * @param journal takes the results of the tracks
   * @param configuration reaches storage
   */
  public TrackEvaluator(
      EvaluationContract task, String attempt, TaskJournal journal, Configuration configuration) {
    this.task = task;
    this.journal = journal;
    this.configuration = configuration;
    this.temporary = TemporaryFolders.of(task.output(), attempt);
    this.separator =
        task.estimates() instanceof Estimates.Separated model
            ? Optional.of(
                BorrowedEngine.of(
                    model.bundle().value(),
                    model.task(),
                    Gpus.ofTask(model.task().separation().engine())))
            : Optional.empty();
    this.audio = new TrackAudio(configuration, task.decoding());
  }

  @Override
  public void process(Track track) throws IOException {
    if (!track.hasStems()) {
      journal.add(
          track,
          TrackResult.skipped(
              track.id(), "The track has no references, because not all of its stems are there."));
      return;
    }
    long start = System.nanoTime();
    TrackResult result;
    try {
      Map<Estimator, TrackScores> scores = scores(track);
      String path = task.path(track);
      long bytes =
          ScoreFiles.write(
              ScoreFile.of(track.id(), task.fingerprint(track), scores),
              new org.apache.hadoop.fs.Path(task.output(), path),
              temporary,
              journal.permit(),
              configuration);
      result =
          TrackResult.done(
                  track.id(),
                  "",
                  scores.get(Estimator.EVALUATED).seconds(),
                  TrackResult.secondsSince(start),
                  StageTimes.NONE)
              .writing(List.of(new StoredFile(path, bytes)));
    } catch (LeaseLostException | TaskPermit.AttemptDeniedException e) {
      throw e; // The whole attempt has to end, not only this track.
    } catch (IOException | RuntimeException | OutOfMemoryError e) {
      result = TrackResult.failed(track.id(), e, TrackResult.secondsSince(start));
    }
    journal.add(track, result);
  }

  private Map<Estimator, TrackScores> scores(Track track) throws IOException {
    if (separator.isPresent()) {
      return separated(track, separator.get().engine());
    }
    Track estimate = ((Estimates.Stored) task.estimates()).of(track);
    return score(track, () -> audio.vocals(estimate), () -> audio.accompaniment(estimate));
  }

  private Map<Estimator, TrackScores> separated(Track track, SeparationEngine engine)
      throws IOException {
    try (Spool spool = Spool.open()) {
      Path vocals = spool.file("vocals.wav");
      Path accompaniment = spool.file("accompaniment.wav");
      Map<String, Path> files =
          Map.of(Stem.VOCALS.name(), vocals, Stem.ACCOMPANIMENT.name(), accompaniment);
      try (AudioReader mixture = audio.mixture(track);
          StemWriter writer = new StemWriter(files, engine.config().output(), mixture)) {
        engine.separate(mixture, () -> audio.mixture(track), writer);
      }
      return score(track, () -> FfmpegReader.open(vocals), () -> FfmpegReader.open(accompaniment));
    }
  }

  private Map<Estimator, TrackScores> score(Track track, Opening vocals, Opening accompaniment)
      throws IOException {
    List<Opening> stems =
        List.of(() -> audio.vocals(track), () -> audio.accompaniment(track), vocals, accompaniment);
    return BssEval.score(
        () ->
            AudioStreams.open(
                stems, Opening::open, open -> new PairReader(track.id(), open, task.masks())));
  }

  @Override
  public void close() {
    separator.ifPresent(BorrowedEngine::close);
    audio.close();
  }
}
