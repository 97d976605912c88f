package io.stemspark.internal.evaluation;

import io.stemspark.audio.AudioException;
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
import io.stemspark.separation.OutputConfig;
import io.stemspark.separation.StageTimes;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
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
    List<Stem> stems = task.estimates().stems(track);
    if (separator.isPresent()) {
      return separated(track, stems, separator.get().engine());
    }
    Track estimate = ((Estimates.Stored) task.estimates()).of(track);
    return score(track, stems, stem -> audio.stem(estimate, stem));
  }

  private Map<Estimator, TrackScores> separated(
      Track track, List<Stem> stems, SeparationEngine engine) throws IOException {
    OutputConfig output = engine.config().output();
    if (!output.stems().stems().containsAll(stems)) {
      throw new AudioException(
          track.id(),
          "The model gives %s, and the references are %s. Expected vocals, or all of the references."
              .formatted(output.stems().stems(), track.stems()));
    }
    try (Spool spool = Spool.open()) {
      Map<String, Path> files = new LinkedHashMap<>();
      for (Stem stem : stems) {
        files.put(stem.name(), spool.file(stem + ".wav"));
      }
      try (AudioReader mixture = audio.mixture(track);
          StemWriter writer = new StemWriter(files, output, mixture)) {
        engine.separate(mixture, () -> audio.mixture(track), writer);
      }
      return score(track, stems, stem -> FfmpegReader.open(files.get(stem.name())));
    }
  }

  private Map<Estimator, TrackScores> score(
      Track track, List<Stem> stems, AudioStreams.Step<Stem, AudioReader> estimates)
      throws IOException {
    List<Opening> readers = new ArrayList<>();
    stems.forEach(stem -> readers.add(() -> audio.stem(track, stem)));
    stems.forEach(stem -> readers.add(() -> estimates.apply(stem)));
    return BssEval.score(
        () ->
            AudioStreams.open(
                readers,
                Opening::open,
                open -> new PairReader(track.id(), stems, open, task.masks())));
  }

  @Override
  public void close() {
    separator.ifPresent(BorrowedEngine::close);
    audio.close();
  }
}
