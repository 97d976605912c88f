package io.stemspark.jobs.steps;

import io.stemspark.audio.AudioReader;
import io.stemspark.audio.AudioWriter;
import io.stemspark.audio.FfmpegReader;
import io.stemspark.audio.FfmpegWriter;
import io.stemspark.audio.Tags;
import io.stemspark.bundle.BundleException;
import io.stemspark.bundle.ModelBundle;
import io.stemspark.evaluation.BssEval;
import io.stemspark.evaluation.Estimator;
import io.stemspark.evaluation.PairReader;
import io.stemspark.evaluation.TrackScores;
import io.stemspark.jobs.corpus.MissingInputException;
import io.stemspark.jobs.corpus.Track;
import io.stemspark.jobs.evaluation.ScoreFile;
import io.stemspark.jobs.evaluation.ScoreFiles;
import io.stemspark.jobs.lease.LeaseLostException;
import io.stemspark.jobs.ledger.Outcome;
import io.stemspark.jobs.ledger.RunLedger;
import io.stemspark.jobs.ledger.StoredFile;
import io.stemspark.jobs.storage.Spool;
import io.stemspark.jobs.storage.TemporaryFolders;
import io.stemspark.separation.OutputConfig;
import io.stemspark.separation.Separator;
import io.stemspark.separation.StageTimes;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;

/** Scores tracks, from storage to storage. */
public final class TrackEvaluator implements TrackWorker {
  private final EvaluationTask task;
  private final Networks.Borrowed network;
  private final Separator separator;
  private final RunLedger ledger;
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
      EvaluationTask task,
      ModelBundle model,
      String attempt,
      RunLedger ledger,
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

  private static Networks.Borrowed network(SeparationTask task, ModelBundle model)
      throws BundleException {
    return task.network(model, Cards.ofTask(task.separation().engine()));
  }

  @Override
  public void process(Track track) throws IOException {
    if (!track.hasStems()) {
      ledger.add(track, Outcome.skipped(track.id(), "no references: not all of its stems"));
      return;
    }
    long start = System.nanoTime();
    Outcome outcome;
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
          Outcome.done(
                  track.id(),
                  "",
                  scores.get(Estimator.EVALUATED).seconds(),
                  secondsSince(start),
                  StageTimes.NONE)
              .writing(List.of(new StoredFile(path, bytes)));
    } catch (LeaseLostException | TaskPermit.AttemptDeniedException e) {
      throw e; // Not the track, but the whole attempt has to end.
    } catch (IOException | RuntimeException | OutOfMemoryError e) {
      outcome = Outcome.failed(track.id(), e, secondsSince(start));
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
      try (AudioReader mixture = audio.mixture(track);
          AudioWriter voice = writer(vocals, mixture);
          AudioWriter rest = writer(accompaniment, mixture)) {
        separator.separate(
            mixture,
            (sung, others, position, length) -> {
              voice.write(sung, length);
              rest.write(others, length);
            });
      }
      return score(
          track,
          readers -> {
            readers.add(FfmpegReader.open(vocals));
            readers.add(FfmpegReader.open(accompaniment));
          });
    }
  }

  private AudioWriter writer(Path file, AudioReader mixture) throws IOException {
    OutputConfig output = task.separation().separation().output();
    return FfmpegWriter.create(
        file, output.encoding(), output.formatFor(mixture.format()), Tags.NONE);
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
