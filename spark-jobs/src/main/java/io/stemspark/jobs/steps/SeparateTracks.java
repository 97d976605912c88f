package io.stemspark.jobs.steps;

import io.stemspark.audio.AudioFormat;
import io.stemspark.audio.AudioReader;
import io.stemspark.audio.AudioWriter;
import io.stemspark.audio.Container;
import io.stemspark.audio.FfmpegReader;
import io.stemspark.audio.FfmpegWriter;
import io.stemspark.bundle.ModelBundle;
import io.stemspark.jobs.corpus.Track;
import io.stemspark.jobs.ledger.Outcome;
import io.stemspark.jobs.ledger.Summary;
import io.stemspark.jobs.storage.AtomicFiles;
import io.stemspark.jobs.storage.HadoopChannel;
import io.stemspark.separation.OnnxMaskEstimator;
import io.stemspark.separation.SeparationConfig;
import io.stemspark.separation.SeparationResult;
import io.stemspark.separation.Separator;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Separates the tracks of a partition and writes their stems. A track that fails stops no other.
 */
public final class SeparateTracks implements FlatMapFunction<Iterator<Track>, Summary> {
  private static final long serialVersionUID = 1;

  private final Broadcast<byte[]> bundle;
  private final Broadcast<SerializableConfiguration> hadoop;
  private final String output;
  private final int overlapFrames;
  private final Container container;

  /**
   * @param bundle the bytes of a model bundle
   * @param output folder that stems are written below
   */
  public SeparateTracks(
      Broadcast<byte[]> bundle,
      Broadcast<SerializableConfiguration> hadoop,
      String output,
      SeparationConfig config) {
    this.bundle = bundle;
    this.hadoop = hadoop;
    this.output = output;
    this.overlapFrames = config.overlapFrames();
    this.container = config.container();
  }

  @Override
  public Iterator<Summary> call(Iterator<Track> tracks) throws IOException {
    ModelBundle model = ModelBundle.read("model bundle", new ByteArrayInputStream(bundle.value()));
    var manifest = model.manifest();
    Summary summary = new Summary();
    try (OnnxMaskEstimator estimator = new OnnxMaskEstimator(model.onnx(), manifest.patch(), 1)) {
      Separator separator =
          new Separator(manifest.stft(), manifest.patch(), overlapFrames, estimator);
      tracks.forEachRemaining(track -> summary.add(separate(track, separator)));
    }
    return List.of(summary).iterator();
  }

  private Outcome separate(Track track, Separator separator) {
    if (track.mixture() == null) {
      return Outcome.skipped(track.id(), "no mixture, only stems");
    }
    long start = System.nanoTime();
    try {
      SeparationResult result = separateToStorage(track, separator);
      return Outcome.done(
          track.id(), result.seconds(), secondsSince(start), result.estimation().toNanos() / 1e9);
    } catch (IOException | RuntimeException e) {
      return Outcome.failed(track.id(), e, secondsSince(start));
    }
  }

  private SeparationResult separateToStorage(Track track, Separator separator) throws IOException {
    Configuration configuration = hadoop.value().value();
    Path vocalsFile = Files.createTempFile("vocals", "." + container.extension());
    Path accompanimentFile = Files.createTempFile("accompaniment", "." + container.extension());
    try (AudioReader mixture =
        FfmpegReader.open(track.mixture(), HadoopChannel.open(track.mixture(), configuration))) {
      SeparationResult result = separateToFiles(mixture, vocalsFile, accompanimentFile, separator);
      publish(vocalsFile, track, "vocals", configuration);
      publish(accompanimentFile, track, "accompaniment", configuration);
      return result;
    } finally {
      Files.deleteIfExists(vocalsFile);
      Files.deleteIfExists(accompanimentFile);
    }
  }

  private SeparationResult separateToFiles(
      AudioReader mixture, Path vocalsFile, Path accompanimentFile, Separator separator)
      throws IOException {
    AudioFormat format =
        mixture.format().withSampleFormat(container.nearest(mixture.format().sampleFormat()));
    try (AudioWriter vocals = FfmpegWriter.create(vocalsFile, container, format);
        AudioWriter accompaniment = FfmpegWriter.create(accompanimentFile, container, format)) {
      return separator.separate(
          mixture,
          format.sampleFormat(),
          (voice, rest, length) -> {
            vocals.write(voice, length);
            accompaniment.write(rest, length);
          });
    }
  }

  private void publish(Path file, Track track, String stem, Configuration configuration)
      throws IOException {
    String name = "%s/%s/%s.%s".formatted(output, track.id(), stem, container.extension());
    AtomicFiles.write(
        new org.apache.hadoop.fs.Path(name), configuration, stream -> Files.copy(file, stream));
  }

  private static double secondsSince(long nanos) {
    return (System.nanoTime() - nanos) / 1e9;
  }
}
