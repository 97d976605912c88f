package io.stemspark.jobs.steps;

import io.stemspark.audio.AudioFormat;
import io.stemspark.audio.AudioReader;
import io.stemspark.audio.AudioWriter;
import io.stemspark.audio.FfmpegWriter;
import io.stemspark.bundle.BundleException;
import io.stemspark.bundle.ModelBundle;
import io.stemspark.jobs.corpus.Track;
import io.stemspark.jobs.lease.LeaseLostException;
import io.stemspark.jobs.ledger.Outcome;
import io.stemspark.jobs.ledger.RunLedger;
import io.stemspark.jobs.ledger.StoredFile;
import io.stemspark.jobs.storage.Spool;
import io.stemspark.jobs.storage.StemFiles;
import io.stemspark.jobs.storage.TemporaryFolders;
import io.stemspark.separation.OutputConfig;
import io.stemspark.separation.Piece;
import io.stemspark.separation.SeparationResult;
import io.stemspark.separation.Separator;
import io.stemspark.separation.StemSink;
import io.stemspark.separation.Stems;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.DoubleConsumer;
import org.apache.hadoop.conf.Configuration;

/** Separates tracks, from storage to storage. */
public final class TrackSeparator implements TrackWorker {
  private final SeparationTask task;
  private final Map<String, List<Piece>> pieces;
  private final Configuration configuration;
  private final TrackAudio audio;
  private final Networks.Borrowed network;
  private final Separator separator;
  private final RunLedger ledger;
  private final DoubleConsumer progress;
  private final org.apache.hadoop.fs.Path temporary;

  /**
   * @param card the NVIDIA card to use, if there is one
   * @param pieces of tracks whose vocals have been estimated in pieces, by id
   * @param attempt names files that are not whole yet
   * @param ledger takes what comes of the tracks
   * @param progress is told how many seconds of audio of a track have been written so far
   * @param configuration reaches storage
   * @throws BundleException when the bundle has no network for the engine that is asked for
   */
  public TrackSeparator(
      ModelBundle bundle,
      SeparationTask task,
      OptionalInt card,
      Map<String, List<Piece>> pieces,
      String attempt,
      RunLedger ledger,
      DoubleConsumer progress,
      Configuration configuration)
      throws BundleException {
    this.task = task;
    this.pieces = Map.copyOf(pieces);
    this.temporary = TemporaryFolders.of(task.output(), attempt);
    this.ledger = ledger;
    this.progress = progress;
    this.configuration = configuration;
    this.network = task.network(bundle, card);
    this.separator = task.separator(bundle, network);
    this.audio = new TrackAudio(configuration, task.decoding());
  }

  @Override
  public void process(Track track) throws IOException {
    ledger.add(track, separate(track));
  }

  @Override
  public void finish() {
    // Every track is stored by itself.
  }

  private Outcome separate(Track track) {
    if (!track.hasMixture()) {
      return Outcome.skipped(track.id(), "no mixture, only stems");
    }
    long start = System.nanoTime();
    try {
      List<StoredFile> stems = new ArrayList<>();
      List<String> repairs = new ArrayList<>();
      SeparationResult result = separateToStorage(track, stems, repairs);
      return Outcome.done(
              track.id(),
              note(result, repairs),
              result.seconds(),
              secondsSince(start),
              result.times())
          .writing(stems);
    } catch (LeaseLostException | TaskPermit.AttemptDeniedException e) {
      throw e; // Not the track, but the whole attempt has to end.
    } catch (IOException | RuntimeException | OutOfMemoryError e) {
      return Outcome.failed(track.id(), e, secondsSince(start));
    }
  }

  private static String note(SeparationResult result, List<String> repairs) {
    List<String> remarks = new ArrayList<>(repairs);
    if (result.clippedVocals() + result.clippedAccompaniment() > 0) {
      remarks.add(
          "%d samples of the vocals and %d of the accompaniment lie beyond full scale"
              .formatted(result.clippedVocals(), result.clippedAccompaniment()));
    }
    return String.join("; ", remarks);
  }

  private SeparationResult separateToStorage(
      Track track, List<StoredFile> stored, List<String> repairs) throws IOException {
    try (Spool spool = Spool.near(temporary, configuration);
        AudioReader mixture = audio.mixture(track)) {
      Stems stems = task.separation().output().stems();
      Path vocals = stems.vocals() ? spool.file("vocals") : null;
      Path accompaniment = stems.accompaniment() ? spool.file("accompaniment") : null;
      SeparationResult result = separateToFiles(track, mixture, vocals, accompaniment);
      repairs.addAll(mixture.repairs());
      long start = System.nanoTime();
      publish(track, vocals, accompaniment, stored);
      return result.storedIn(Duration.ofNanos(System.nanoTime() - start));
    }
  }

  /** A null file is of a stem that nobody wants. */
  private SeparationResult separateToFiles(
      Track track, AudioReader mixture, Path vocalsFile, Path accompanimentFile)
      throws IOException {
    int rate = mixture.format().sampleRate();
    try (AudioWriter vocals = writer(vocalsFile, mixture);
        AudioWriter accompaniment = writer(accompanimentFile, mixture)) {
      StemSink sink =
          (voice, rest, position, length) -> {
            if (vocals != null) {
              vocals.write(voice, length);
            }
            if (accompaniment != null) {
              accompaniment.write(rest, length);
            }
            progress.accept((double) (position + length) / rate);
          };
      return separate(track, mixture, sink);
    }
  }

  private SeparationResult separate(Track track, AudioReader mixture, StemSink sink)
      throws IOException {
    List<String> estimates = estimates(track);
    if (estimates.isEmpty()) {
      return separator.separate(mixture, sink);
    }
    try (AudioReader vocals = audio.joined(estimates)) {
      return separator.join(mixture, vocals, sink);
    }
  }

  /** Where the track's pieces lie; nothing unless all of them are there. */
  private List<String> estimates(Track track) throws IOException {
    List<String> estimates = new ArrayList<>();
    for (Piece piece : pieces.getOrDefault(track.id(), List.of())) {
      org.apache.hadoop.fs.Path file = PieceFiles.of(task, track, piece);
      if (!PieceFiles.isThere(file, configuration)) {
        return List.of();
      }
      estimates.add(file.toString());
    }
    return estimates;
  }

  private AudioWriter writer(Path file, AudioReader mixture) throws IOException {
    OutputConfig output = task.separation().output();
    AudioFormat format = output.formatFor(mixture.format());
    return file == null
        ? null
        : FfmpegWriter.create(file, output.encoding(), format, mixture.tags());
  }

  private void publish(Track track, Path vocals, Path accompaniment, List<StoredFile> stored)
      throws IOException {
    StemFiles files = new StemFiles(new org.apache.hadoop.fs.Path(task.output()), configuration);
    for (Path stem : new Path[] {vocals, accompaniment}) {
      if (stem != null) {
        StoredFile file =
            new StoredFile(task.path(track, stem.getFileName().toString()), Files.size(stem));
        files.add(stem, new org.apache.hadoop.fs.Path(file.in(task.output())));
        stored.add(file);
      }
    }
    track
        .former()
        .forEach(
            (path, bytes) -> {
              StoredFile file = new StoredFile(path, bytes);
              files.addFormer(new org.apache.hadoop.fs.Path(file.in(task.output())), bytes);
            });
    files.publish(temporary, ledger.permit());
  }

  private static double secondsSince(long nanos) {
    return (System.nanoTime() - nanos) / 1e9;
  }

  @Override
  public void close() {
    network.close();
    audio.close();
  }
}
