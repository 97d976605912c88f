package io.stemspark.internal.evaluation;

import io.stemspark.audio.AudioFormat;
import io.stemspark.audio.AudioReader;
import io.stemspark.audio.AudioWriter;
import io.stemspark.audio.Container;
import io.stemspark.audio.Encoding;
import io.stemspark.audio.Tags;
import io.stemspark.internal.audio.RangeReader;
import io.stemspark.internal.corpus.Track;
import io.stemspark.internal.executor.TrackAudio;
import io.stemspark.internal.ffmpeg.FfmpegWriter;
import io.stemspark.internal.separation.SeparationEngine;
import io.stemspark.internal.stems.BorrowedEngine;
import io.stemspark.network.Stem;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;

/** Writes the first minute of the vocals of evaluated tracks as FLAC, for people to hear. */
public final class VocalClips implements AutoCloseable {
  private static final int SECONDS = 60;
  private static final int BLOCK = 1 << 14;

  private final EvaluationContract task;
  private final TrackAudio audio;
  private final Optional<BorrowedEngine> separator;

  /**
   * @param configuration reaches storage
   */
  public VocalClips(EvaluationContract task, Configuration configuration) {
    this.task = task;
    this.separator =
        task.estimates() instanceof Estimates.Separated model
            ? Optional.of(BorrowedEngine.onCpu(model.bundle().value(), model.task()))
            : Optional.empty();
    this.audio = new TrackAudio(configuration, task.decoding());
  }

  /** Writes a clip of the reference. */
  public void reference(Track track, Path clip) throws IOException {
    try (AudioReader vocals = start(audio.vocals(track))) {
      copy(vocals, clip);
    }
  }

  /** Writes a clip of the estimate. */
  public void estimate(Track track, Path clip) throws IOException {
    if (separator.isPresent()) {
      separate(track, separator.get().engine(), clip);
      return;
    }
    Track estimate = ((Estimates.Stored) task.estimates()).of(track);
    try (AudioReader vocals = start(audio.vocals(estimate))) {
      copy(vocals, clip);
    }
  }

  private void separate(Track track, SeparationEngine engine, Path clip) throws IOException {
    int vocals = engine.config().output().stems().stems().indexOf(Stem.VOCALS);
    try (AudioReader mixture = start(audio.mixture(track));
        AudioWriter writer = writer(clip, mixture.format())) {
      engine.separate(
          mixture,
          () -> audio.mixture(track),
          (stems, position, length) -> writer.write(stems[vocals], length));
    }
  }

  private static AudioReader start(AudioReader whole) {
    return new RangeReader(whole, 0, (long) SECONDS * whole.format().sampleRate());
  }

  private static void copy(AudioReader reader, Path clip) throws IOException {
    float[][] block = new float[reader.format().channels()][BLOCK];
    try (AudioWriter writer = writer(clip, reader.format())) {
      for (int n = reader.read(block); n >= 0; n = reader.read(block)) {
        writer.write(block, n);
      }
    }
  }

  private static AudioWriter writer(Path clip, AudioFormat format) throws IOException {
    return FfmpegWriter.create(
        clip,
        Encoding.of(Container.FLAC),
        format.withSampleFormat(Container.FLAC.nearest(format.sampleFormat())),
        Tags.NONE);
  }

  @Override
  public void close() {
    separator.ifPresent(BorrowedEngine::close);
    audio.close();
  }
}
