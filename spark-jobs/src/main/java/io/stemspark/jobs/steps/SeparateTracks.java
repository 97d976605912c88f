package io.stemspark.jobs.steps;

import io.stemspark.audio.AudioFormat;
import io.stemspark.audio.AudioReader;
import io.stemspark.audio.AudioWriter;
import io.stemspark.audio.DecodingConfig;
import io.stemspark.audio.FfmpegWriter;
import io.stemspark.jobs.corpus.Track;
import io.stemspark.jobs.ledger.Outcome;
import io.stemspark.jobs.ledger.Summary;
import io.stemspark.jobs.storage.AtomicFiles;
import io.stemspark.jobs.storage.Spool;
import io.stemspark.patch.PatchConfig;
import io.stemspark.separation.OnnxMaskEstimator;
import io.stemspark.separation.OutputConfig;
import io.stemspark.separation.SeparationConfig;
import io.stemspark.separation.SeparationResult;
import io.stemspark.separation.Separator;
import io.stemspark.spectrogram.StftConfig;
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

  private final Broadcast<byte[]> model;
  private final StftConfig stft;
  private final PatchConfig patch;
  private final DecodingConfig decoding;
  private final SeparationConfig config;
  private final Broadcast<SerializableConfiguration> hadoop;
  private final String output;

  /**
   * @param model the bytes of an ONNX model
   * @param stft the transform that it was trained on
   * @param patch the size of its input
   * @param output URI of the folder that stems are written below
   */
  public SeparateTracks(
      Broadcast<byte[]> model,
      StftConfig stft,
      PatchConfig patch,
      DecodingConfig decoding,
      SeparationConfig config,
      Broadcast<SerializableConfiguration> hadoop,
      String output) {
    this.model = model;
    this.stft = stft;
    this.patch = patch;
    this.decoding = decoding;
    this.config = config;
    this.hadoop = hadoop;
    this.output = output;
  }

  @Override
  public Iterator<Summary> call(Iterator<Track> tracks) {
    Summary summary = new Summary();
    try (OnnxMaskEstimator estimator = new OnnxMaskEstimator(model.value(), patch, 1);
        TrackAudio audio = new TrackAudio(hadoop.value().value(), decoding)) {
      Separator separator = new Separator(stft, patch, config.overlapFrames(), estimator);
      tracks.forEachRemaining(track -> summary.add(separate(track, separator, audio)));
    }
    return List.of(summary).iterator();
  }

  private Outcome separate(Track track, Separator separator, TrackAudio audio) {
    if (!track.hasMixture()) {
      return Outcome.skipped(track.id(), "no mixture, only stems");
    }
    long start = System.nanoTime();
    try {
      SeparationResult result = separateToStorage(track, separator, audio);
      return Outcome.done(
          track.id(),
          clipping(result),
          result.seconds(),
          secondsSince(start),
          result.estimation().toNanos() / 1e9);
    } catch (IOException | RuntimeException e) {
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

  private SeparationResult separateToStorage(Track track, Separator separator, TrackAudio audio)
      throws IOException {
    Configuration configuration = hadoop.value().value();
    try (Spool spool = Spool.open();
        AudioReader mixture = audio.mixture(track)) {
      Path vocals = spool.file("vocals");
      Path accompaniment = spool.file("accompaniment");
      SeparationResult result = separateToFiles(mixture, vocals, accompaniment, separator);
      publish(vocals, track, configuration);
      publish(accompaniment, track, configuration);
      return result;
    }
  }

  private SeparationResult separateToFiles(
      AudioReader mixture, Path vocalsFile, Path accompanimentFile, Separator separator)
      throws IOException {
    OutputConfig output = config.output();
    AudioFormat format = output.formatFor(mixture.format());
    try (AudioWriter vocals =
            FfmpegWriter.create(vocalsFile, output.encoding(), format, mixture.tags());
        AudioWriter accompaniment =
            FfmpegWriter.create(accompanimentFile, output.encoding(), format, mixture.tags())) {
      return separator.separate(
          mixture,
          output,
          (voice, rest, length) -> {
            vocals.write(voice, length);
            accompaniment.write(rest, length);
          });
    }
  }

  private void publish(Path stem, Track track, Configuration configuration) throws IOException {
    String name =
        "%s/%s/%s.%s"
            .formatted(
                output,
                track.id(),
                stem.getFileName(),
                config.output().encoding().container().extension());
    AtomicFiles.write(
        new org.apache.hadoop.fs.Path(name), configuration, stream -> Files.copy(stem, stream));
  }

  private static double secondsSince(long nanos) {
    return (System.nanoTime() - nanos) / 1e9;
  }
}
