package io.stemspark.jobs.steps;

import io.stemspark.audio.AudioFormat;
import io.stemspark.audio.AudioReader;
import io.stemspark.audio.AudioWriter;
import io.stemspark.audio.FfmpegWriter;
import io.stemspark.bundle.BundleException;
import io.stemspark.bundle.ModelBundle;
import io.stemspark.jobs.corpus.Track;
import io.stemspark.jobs.ledger.Outcome;
import io.stemspark.jobs.ledger.RunLedger;
import io.stemspark.jobs.ledger.StoredFile;
import io.stemspark.jobs.storage.AtomicFiles;
import io.stemspark.jobs.storage.Spool;
import io.stemspark.jobs.storage.TemporaryFolders;
import io.stemspark.network.Network;
import io.stemspark.separation.OutputConfig;
import io.stemspark.separation.SeparationResult;
import io.stemspark.separation.Separator;
import io.stemspark.separation.Stems;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.DoubleConsumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.io.IOUtils;

/** Separates tracks, from storage to storage. */
public final class TrackSeparator implements TrackWorker {
  private static final int COPY_BYTES = 1 << 20;

  private final SeparationTask task;
  private final Configuration configuration;
  private final TrackAudio audio;
  private final Separator separator;
  private final RunLedger ledger;
  private final DoubleConsumer progress;
  private final org.apache.hadoop.fs.Path temporary;

  /**
   * @param card the NVIDIA card to use, if there is one
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
      String attempt,
      RunLedger ledger,
      DoubleConsumer progress,
      Configuration configuration)
      throws BundleException {
    this.task = task;
    this.temporary = TemporaryFolders.of(task.output(), attempt);
    this.ledger = ledger;
    this.progress = progress;
    this.configuration = configuration;
    Network network = Networks.shared(bundle, task.runtime(card));
    this.separator =
        new Separator(
            bundle.manifest().stft(), bundle.manifest().network(), network, task.separation());
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
      SeparationResult result = separateToStorage(track, stems);
      return Outcome.done(
              track.id(), clipping(result), result.seconds(), secondsSince(start), result.times())
          .writing(stems);
    } catch (IOException | RuntimeException | OutOfMemoryError e) {
      return Outcome.failed(track.id(), e, secondsSince(start));
    }
  }

  private static String clipping(SeparationResult result) {
    if (result.clippedVocals() + result.clippedAccompaniment() == 0) {
      return "";
    }
    return "%d samples of the vocals and %d of the accompaniment lie beyond full scale"
        .formatted(result.clippedVocals(), result.clippedAccompaniment());
  }

  private SeparationResult separateToStorage(Track track, List<StoredFile> stored)
      throws IOException {
    try (Spool spool = Spool.open();
        AudioReader mixture = audio.mixture(track)) {
      Stems stems = task.separation().output().stems();
      Path vocals = stems.vocals() ? spool.file("vocals") : null;
      Path accompaniment = stems.accompaniment() ? spool.file("accompaniment") : null;
      SeparationResult result = separateToFiles(mixture, vocals, accompaniment);
      long start = System.nanoTime();
      publish(vocals, track, stored);
      publish(accompaniment, track, stored);
      return result.storedIn(Duration.ofNanos(System.nanoTime() - start));
    }
  }

  /** A null file is of a stem that nobody wants. */
  private SeparationResult separateToFiles(
      AudioReader mixture, Path vocalsFile, Path accompanimentFile) throws IOException {
    int rate = mixture.format().sampleRate();
    try (AudioWriter vocals = writer(vocalsFile, mixture);
        AudioWriter accompaniment = writer(accompanimentFile, mixture)) {
      return separator.separate(
          mixture,
          (voice, rest, position, length) -> {
            if (vocals != null) {
              vocals.write(voice, length);
            }
            if (accompaniment != null) {
              accompaniment.write(rest, length);
            }
            progress.accept((double) (position + length) / rate);
          });
    }
  }

  private AudioWriter writer(Path file, AudioReader mixture) throws IOException {
    OutputConfig output = task.separation().output();
    AudioFormat format = output.formatFor(mixture.format());
    return file == null
        ? null
        : FfmpegWriter.create(file, output.encoding(), format, mixture.tags());
  }

  private void publish(Path stem, Track track, List<StoredFile> stored) throws IOException {
    if (stem == null) {
      return;
    }
    String uri = task.output() + "/" + task.path(track, stem.getFileName().toString());
    AtomicFiles.write(
        new org.apache.hadoop.fs.Path(uri), temporary, configuration, stream -> copy(stem, stream));
    stored.add(new StoredFile(uri, Files.size(stem)));
  }

  private static void copy(Path file, OutputStream stream) throws IOException {
    try (InputStream content = Files.newInputStream(file)) {
      IOUtils.copyBytes(content, stream, COPY_BYTES);
    }
  }

  private static double secondsSince(long nanos) {
    return (System.nanoTime() - nanos) / 1e9;
  }

  @Override
  public void close() {
    audio.close();
  }
}
