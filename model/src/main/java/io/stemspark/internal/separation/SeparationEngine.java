package io.stemspark.internal.separation;

import io.stemspark.audio.AudioFormat;
import io.stemspark.audio.AudioReader;
import io.stemspark.bundle.Manifest;
import io.stemspark.bundle.ModelBundle;
import io.stemspark.internal.audio.RangeReader;
import io.stemspark.internal.onnx.Network;
import io.stemspark.network.NetworkSpec;
import io.stemspark.separation.OutputConfig;
import io.stemspark.separation.SeparationConfig;
import io.stemspark.separation.SeparationResult;
import io.stemspark.separation.StemSink;
import io.stemspark.spectrogram.StftConfig;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/**
 * Separates tracks, one call at a time per thread. Immutable and thread-safe.
 *
 * @param stft the spectra that the network was fitted to
 */
public record SeparationEngine(
    StftConfig stft, NetworkSpec spec, Network network, SeparationConfig config) {
  /**
   * @throws IllegalArgumentException if these do not fit together
   */
  public SeparationEngine {
    config.requireFits(spec);
    if (spec.patch().bins() > stft.bins()) {
      throw new IllegalArgumentException(
          "A patch has %d bins. Expected at most %d, the bins of the STFT."
              .formatted(spec.patch().bins(), stft.bins()));
    }
  }

  /** An engine with the network of a bundle. */
  public static SeparationEngine of(ModelBundle bundle, Network network, SeparationConfig config) {
    Manifest manifest = bundle.manifest();
    return new SeparationEngine(manifest.stft(), manifest.network(), network, config);
  }

  /**
   * Separates the rest of {@code mixture} into stems as the settings' output has them; vocals +
   * accompaniment = mixture on its steps.
   *
   * @return what was done
   */
  public SeparationResult separate(AudioReader mixture, StemSink sink) throws IOException {
    AudioFormat format = mixture.format();
    try (TrackSeparation track = new TrackSeparation(stft, spec, network, config, format, sink)) {
      float[][] block = new float[format.channels()][stft.hopLength()];
      long start = System.nanoTime();
      long pushing = 0;
      for (int n = mixture.read(block); n >= 0; n = mixture.read(block)) {
        long read = System.nanoTime();
        track.push(block, n);
        pushing += System.nanoTime() - read;
      }
      long reading = System.nanoTime() - start - pushing;
      return track.finish(Duration.ofNanos(reading));
    }
  }

  /**
   * Cuts a track into chunks, which {@link #estimate} takes one by one. Where several are not
   * worthwhile, there is one.
   *
   * @param most the most chunks
   */
  public List<Chunk> cut(AudioReader mixture, int most) {
    return cut(mixture.format()).chunks(mixture.expectedSamples(), most);
  }

  /** The format of what {@link #estimate} gives. */
  public AudioFormat estimateFormat(AudioReader mixture) {
    return OutputConfig.unrounded().formatFor(mixture.format());
  }

  /**
   * Estimates the vocals of a chunk of a track; {@link #join} takes those of all chunks, one after
   * the other.
   *
   * @param mixture the whole track, from its start
   * @param chunk one of those that {@link #cut} gave
   * @param sink takes vocals before they are rounded, at positions within the chunk
   * @return what was done, with the samples of the mixture around the chunk
   */
  public SeparationResult estimate(AudioReader mixture, Chunk chunk, StemSink sink)
      throws IOException {
    long context = cut(mixture.format()).context();
    long start = Math.max(0, chunk.from() - context);
    long end = chunk.to() > Long.MAX_VALUE - context ? Long.MAX_VALUE : chunk.to() + context;
    SeparationConfig unrounded = config.withOutput(OutputConfig.unrounded());
    return new SeparationEngine(stft, spec, network, unrounded)
        .separate(
            new RangeReader(mixture, start, end),
            part(sink, chunk.from() - start, chunk.to() - start));
  }

  /** Passes on the samples from one up to another, and not those around them. */
  private static StemSink part(StemSink sink, long from, long to) {
    return (vocals, accompaniment, position, length) -> {
      int skipped = (int) Math.max(0, Math.min(length, from - position));
      int end = (int) Math.max(skipped, Math.min(length, to - position));
      if (end > skipped) {
        sink.write(
            between(vocals, skipped, end),
            between(accompaniment, skipped, end),
            position + skipped - from,
            end - skipped);
      }
    };
  }

  private static float[][] between(float[][] samples, int from, int to) {
    return Arrays.stream(samples)
        .map(channel -> Arrays.copyOfRange(channel, from, to))
        .toArray(float[][]::new);
  }

  private ChunkPlanner cut(AudioFormat format) {
    return ChunkPlanner.of(stft, spec, config, format);
  }

  /**
   * Splits a mixture whose vocals have been estimated, as {@link #separate} would.
   *
   * @param vocals what {@link #estimate} gave, of all chunks
   */
  public SeparationResult join(AudioReader mixture, AudioReader vocals, StemSink sink)
      throws IOException {
    return new EstimatedTrack(mixture, vocals, config.output()).split(sink);
  }
}
