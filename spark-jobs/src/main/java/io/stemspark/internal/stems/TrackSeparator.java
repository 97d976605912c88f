package io.stemspark.internal.stems;

import io.stemspark.audio.AudioFormat;
import io.stemspark.audio.AudioReader;
import io.stemspark.bundle.ModelBundle;
import io.stemspark.internal.audio.AudioStreams;
import io.stemspark.internal.audio.Loudness;
import io.stemspark.internal.corpus.Track;
import io.stemspark.internal.executor.TaskPermit;
import io.stemspark.internal.executor.TrackAudio;
import io.stemspark.internal.executor.TrackWorker;
import io.stemspark.internal.journal.StoredFile;
import io.stemspark.internal.journal.TaskJournal;
import io.stemspark.internal.journal.TrackResult;
import io.stemspark.internal.journal.UsedModel;
import io.stemspark.internal.lease.LeaseLostException;
import io.stemspark.internal.separation.Chunk;
import io.stemspark.internal.separation.StemWriter;
import io.stemspark.internal.storage.Spool;
import io.stemspark.internal.storage.TemporaryFolders;
import io.stemspark.internal.storage.TrackFiles;
import io.stemspark.network.Stem;
import io.stemspark.separation.SeparationResult;
import io.stemspark.separation.StemSink;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.DoubleConsumer;
import org.apache.hadoop.conf.Configuration;

/** Separates tracks, from storage to storage. */
public final class TrackSeparator implements TrackWorker {
  private final ModelBundle bundle;
  private final SeparationContract task;
  private final Map<String, List<Chunk>> chunks;
  private final Configuration configuration;
  private final TrackAudio audio;
  private final BorrowedEngine separator;
  private final TaskJournal journal;
  private final DoubleConsumer progress;
  private final org.apache.hadoop.fs.Path temporary;

  /**
   * @param gpu the NVIDIA GPU to use, if there is one
   * @param chunks of the tracks whose vocals have been estimated in chunks, by the tracks' ids
   * @param attempt names files that are not whole yet
   * @param journal takes the results of the tracks
   * @param progress is called with the seconds of a track's audio that have been written so far
   * @param configuration reaches storage
   */
  public TrackSeparator(
      ModelBundle bundle,
      SeparationContract task,
      OptionalInt gpu,
      Map<String, List<Chunk>> chunks,
      String attempt,
      TaskJournal journal,
      DoubleConsumer progress,
      Configuration configuration) {
    this.bundle = bundle;
    this.task = task;
    this.chunks = Map.copyOf(chunks);
    this.temporary = TemporaryFolders.of(task.output(), attempt);
    this.journal = journal;
    this.progress = progress;
    this.configuration = configuration;
    this.separator = BorrowedEngine.of(bundle, task, gpu);
    this.audio = new TrackAudio(configuration, task.decoding());
  }

  @Override
  public void process(Track track) throws IOException {
    journal.add(track, separate(track));
  }

  private TrackResult separate(Track track) throws IOException {
    if (!track.hasMixture()) {
      return TrackResult.skipped(track.id(), "The track has no mixture, only stems.");
    }
    long start = System.nanoTime();
    try (Spool spool = Spool.near(temporary, configuration);
        AudioReader mixture = audio.mixture(track)) {
      Map<String, Path> files = new LinkedHashMap<>();
      for (String name : task.separation().output().files()) {
        files.put(name, spool.file(name.isEmpty() ? "stems" : name));
      }
      Separated separated = separate(track, mixture, files);
      SeparationResult result = separated.result();
      String note = note(result, mixture.repairs());
      long separatedAt = System.nanoTime();
      Map<String, StoredFile> stems = new LinkedHashMap<>();
      Map<StoredFile, Path> written = new LinkedHashMap<>();
      for (Map.Entry<String, Path> file : files.entrySet()) {
        StoredFile stem = stored(task.path(track, file.getKey()), file.getValue());
        stems.put(file.getKey(), stem);
        written.put(stem, file.getValue());
      }
      Optional<String> place = task.sidecar(track);
      if (place.isPresent()) {
        Path file = spool.file("sidecar.json");
        Sidecar.of(track, UsedModel.of(bundle), separated, note, place.get(), stems).write(file);
        written.put(stored(place.get(), file), file);
      }
      publish(track, written);
      Duration storing = Duration.ofNanos(System.nanoTime() - separatedAt);
      return TrackResult.done(
              track.id(),
              note,
              result.seconds(),
              TrackResult.secondsSince(start),
              result.storedIn(storing).times())
          .writing(List.copyOf(written.keySet()))
          .with(result.quality());
    } catch (LeaseLostException | TaskPermit.AttemptDeniedException e) {
      throw e; // The whole attempt has to end, not only this track.
    } catch (IOException | RuntimeException | OutOfMemoryError e) {
      return TrackResult.failed(track.id(), e, TrackResult.secondsSince(start));
    }
  }

  /**
   * A track whose stems are in local files.
   *
   * @param format of the mixture
   * @param loudness of the files, by name; none where it was not measured
   */
  record Separated(AudioFormat format, SeparationResult result, Map<String, Loudness> loudness) {}

  private static String note(SeparationResult result, List<String> repairs) {
    List<String> remarks = new ArrayList<>(repairs);
    List<String> clipped = new ArrayList<>();
    for (String stem : result.quality().clipped().keySet()) {
      long samples = result.quality().clipped().get(stem);
      if (samples > 0) {
        clipped.add("%d%s of the %s".formatted(samples, clipped.isEmpty() ? " samples" : "", stem));
      }
    }
    if (!clipped.isEmpty()) {
      remarks.add(String.join(", ", clipped) + " lie beyond full scale");
    }
    return String.join("; ", remarks);
  }

  private Separated separate(Track track, AudioReader mixture, Map<String, Path> files)
      throws IOException {
    int rate = mixture.format().sampleRate();
    List<List<String>> estimates = estimates(track);
    StemWriter writer = new StemWriter(files, task.separation().output(), mixture);
    SeparationResult result;
    try (writer) {
      StemSink sink =
          (stems, position, length) -> {
            writer.write(stems, position, length);
            progress.accept((double) (position + length) / rate);
          };
      result =
          estimates.isEmpty()
              ? separator.engine().separate(mixture, () -> audio.mixture(track), sink)
              : join(mixture, estimates, sink);
    }
    return new Separated(mixture.format(), result, writer.loudness());
  }

  private SeparationResult join(AudioReader mixture, List<List<String>> estimates, StemSink sink)
      throws IOException {
    try (AudioStreams.Group<AudioReader> stems = new AudioStreams.Group<>()) {
      for (List<String> files : estimates) {
        stems.add(audio.joined(files));
      }
      return separator.engine().join(mixture, stems.streams(), sink);
    }
  }

  /** The files of the track's chunks, by stem; none unless all of them are there. */
  private List<List<String>> estimates(Track track) throws IOException {
    List<Chunk> ofTrack = chunks.getOrDefault(track.id(), List.of());
    List<List<String>> estimates = new ArrayList<>();
    for (Stem stem : separator.engine().estimated()) {
      List<org.apache.hadoop.fs.Path> files =
          ofTrack.stream().map(chunk -> ChunkFiles.of(task, track, chunk, stem)).toList();
      if (files.isEmpty() || !ChunkFiles.areThere(files, configuration)) {
        return List.of();
      }
      estimates.add(files.stream().map(Object::toString).toList());
    }
    return estimates;
  }

  private static StoredFile stored(String place, Path file) throws IOException {
    return new StoredFile(place, Files.size(file));
  }

  private void publish(Track track, Map<StoredFile, Path> written) throws IOException {
    TrackFiles files = new TrackFiles(new org.apache.hadoop.fs.Path(task.output()), configuration);
    written.forEach(
        (file, local) -> files.add(local, new org.apache.hadoop.fs.Path(file.in(task.output()))));
    track
        .former()
        .forEach(
            (path, bytes) -> {
              StoredFile file = new StoredFile(path, bytes);
              files.addFormer(new org.apache.hadoop.fs.Path(file.in(task.output())), bytes);
            });
    files.publish(temporary, journal.permit());
  }

  @Override
  public void close() {
    separator.close();
    audio.close();
  }
}
