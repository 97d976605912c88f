package io.stemspark.internal.executor;

import io.stemspark.audio.AudioReader;
import io.stemspark.bundle.BundleException;
import io.stemspark.bundle.ModelBundle;
import io.stemspark.internal.corpus.MissingInputException;
import io.stemspark.internal.corpus.Track;
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
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;

/** Scores tracks, from storage to storage. */
public final class TrackEvaluator implements TrackWorker {
  private final EvaluateTrack task;
  private final Networks.Borrowed network;
  private final SeparationEngine separator;
  private final TaskJournal ledger;
  private final TrackAudio audio;
  private final Configuration configuration;
  private final org.apache.hadoop.fs.Path temporary;

  /** Opens the estimates of a track's stems, one by one, so that what is open can be closed. */
  private interface Estimates {
    void openInto(List<AudioReader> readers) throws IOException;
  }

  /**
   * @param model what makes the estimates; null if they are there
   * @param attempt names files that are not whole yet
   * @param ledger takes what comes of the tracks
   * @param configuration reaches storage
   */
  public TrackEvaluator(
      EvaluateTrack task,
      ModelBundle model,
      String attempt,
      TaskJournal ledger,
      Configuration configuration)
      throws BundleException {
    this.task = task;
    this.ledger = ledger;
    this.configuration = configuration;
    this.temporary = TemporaryFolders.of(task.output(), attempt);
    this.network = model == null ? null : network(task.separation(), model);
    this.separator = model == null ? null : task.separation().separator(model, network);
    this.audio = new TrackAudio(configuration, task.decoding());
  }

  private static Networks.Borrowed network(SeparateTrack task, ModelBundle model)
      throws BundleException {
    return task.network(model, Gpus.ofTask(task.separation().engine()));
  }

  @Override
  public void process(Track track) throws IOException {
    if (!track.hasStems()) {
      ledger.add(track, TrackResult.skipped(track.id(), "no references: not all of its stems"));
      return;
    }
    long start = System.nanoTime();
    TrackResult outcome;
    try {
      Map<Estimator, TrackScores> scores = separator == null ? stored(track) : separated(track);
      String path = task.path(track);
      long bytes =
          ScoreFiles.write(
              ScoreFile.of(track.id(), task.fingerprint(track), scores),
              new org.apache.hadoop.fs.Path(task.output(), path),
              temporary,
              ledger.permit(),
              configuration);
      outcome =
          TrackResult.done(
                  track.id(),
                  "",
                  scores.get(Estimator.EVALUATED).seconds(),
                  secondsSince(start),
                  StageTimes.NONE)
              .writing(List.of(new StoredFile(path, bytes)));
    } catch (LeaseLostException | TaskPermit.AttemptDeniedException e) {
      throw e; // Not the track, but the whole attempt has to end.
    } catch (IOException | RuntimeException | OutOfMemoryError e) {
      outcome = TrackResult.failed(track.id(), e, secondsSince(start));
    }
    ledger.add(track, outcome);
  }

  @Override
  public void finish() {
    // Every track is stored by itself.
  }

  private Map<Estimator, TrackScores> stored(Track track) throws IOException {
    Track estimate =
        task.estimate(track)
            .orElseThrow(() -> new MissingInputException(task.whyNoEstimate(track)));
    return score(
        track,
        readers -> {
          readers.add(audio.vocals(estimate));
          readers.add(audio.accompaniment(estimate));
        });
  }

  private Map<Estimator, TrackScores> separated(Track track) throws IOException {
    try (Spool spool = Spool.open()) {
      Path vocals = spool.file("vocals.wav");
      Path accompaniment = spool.file("accompaniment.wav");
      Map<Stem, Path> files = Map.of(Stem.VOCALS, vocals, Stem.ACCOMPANIMENT, accompaniment);
      OutputConfig output = task.separation().separation().output();
      try (AudioReader mixture = audio.mixture(track);
          StemWriter writer = new StemWriter(files, output, mixture)) {
        separator.separate(mixture, writer);
      }
      return score(
          track,
          readers -> {
            readers.add(FfmpegReader.open(vocals));
            readers.add(FfmpegReader.open(accompaniment));
          });
    }
  }

  private Map<Estimator, TrackScores> score(Track track, Estimates estimates) throws IOException {
    return BssEval.score(
        () -> {
          List<AudioReader> readers = new ArrayList<>();
          try {
            readers.add(audio.vocals(track));
            readers.add(audio.accompaniment(track));
            estimates.openInto(readers);
            return new PairReader(track.id(), readers, task.masks());
          } catch (IOException | RuntimeException e) {
            for (AudioReader reader : readers) {
              try {
                reader.close();
              } catch (IOException alsoFailed) {
                e.addSuppressed(alsoFailed);
              }
            }
            throw e;
          }
        });
  }

  private static double secondsSince(long nanos) {
    return (System.nanoTime() - nanos) / 1e9;
  }

  @Override
  public void close() {
    if (network != null) {
      network.close();
    }
    audio.close();
  }
}
