package io.stemspark.separation;

import io.stemspark.audio.AudioFormat;
import io.stemspark.audio.AudioReader;
import io.stemspark.audio.RangeReader;
import io.stemspark.network.Network;
import io.stemspark.network.NetworkSpec;
import io.stemspark.spectrogram.StftConfig;
import java.io.IOException;
import java.time.Duration;

/** Separates tracks, one call at a time per thread. Immutable and thread-safe. */
public final class Separator {
  private final StftConfig stft;
  private final NetworkSpec spec;
  private final Network network;
  private final SeparationConfig config;

  /**
   * @param stft the spectra that the network was fitted to
   * @throws IllegalArgumentException if these do not fit together
   */
  public Separator(StftConfig stft, NetworkSpec spec, Network network, SeparationConfig config) {
    config.requireFits(spec);
    if (spec.patch().bins() > stft.bins()) {
      throw new IllegalArgumentException(
          "at most %d bins per patch, the bins of the STFT, not %d"
              .formatted(stft.bins(), spec.patch().bins()));
    }
    this.stft = stft;
    this.spec = spec;
    this.network = network;
    this.config = config;
  }

  /**
   * Separates the rest of {@code mixture} into stems as the settings' output has them; vocals +
   * accompaniment = mixture on its steps.
   *
   * @return what was done
   */
  public SeparationResult separate(AudioReader mixture, StemSink sink) throws IOException {
    return separate(mixture, config, sink);
  }

  /**
   * Into how many pieces a track may be cut, so that {@link #estimate} does them one by one.
   *
   * @param most how many it should be at most
   */
  public int pieces(AudioReader mixture, int most) {
    return cut(mixture).pieces(mixture.expectedSamples(), most);
  }

  /** The format of the vocals of a piece. */
  public AudioFormat estimateFormat(AudioReader mixture) {
    return OutputConfig.unrounded().formatFor(mixture.format());
  }

  /**
   * Estimates the vocals of a piece of a track, which {@link #join} takes, of all pieces one after
   * the other.
   *
   * @param mixture the whole track, from its start
   * @param number of the piece, from 0
   * @param pieces as {@link #pieces} gave it; every piece must be told the same
   * @param sink takes vocals before they are rounded, at positions within the piece
   */
  public void estimate(AudioReader mixture, int number, int pieces, StemSink sink)
      throws IOException {
    Cut cut = cut(mixture);
    Cut.Piece piece = cut.piece(mixture.expectedSamples(), number, pieces);
    long start = Math.max(0, piece.from() - cut.context());
    long end = piece.to() == Long.MAX_VALUE ? piece.to() : piece.to() + cut.context();
    separate(
        new RangeReader(mixture, start, end),
        config.withOutput(OutputConfig.unrounded()),
        new PieceSink(sink, piece.from() - start, piece.to() - start));
  }

  private Cut cut(AudioReader mixture) {
    return Cut.of(stft, spec, config, mixture.format());
  }

  /**
   * Splits a mixture whose vocals have been estimated, as {@link #separate} would.
   *
   * @param vocals what {@link #estimate} gave, of all pieces
   */
  public SeparationResult join(AudioReader mixture, AudioReader vocals, StemSink sink)
      throws IOException {
    return new EstimatedTrack(mixture, vocals, config.output()).split(sink);
  }

  private SeparationResult separate(AudioReader mixture, SeparationConfig how, StemSink sink)
      throws IOException {
    AudioFormat format = mixture.format();
    try (TrackSeparation track = new TrackSeparation(stft, spec, network, how, format, sink)) {
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
}
