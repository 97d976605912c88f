package io.stemspark.separation;

import io.stemspark.audio.AudioFormat;
import io.stemspark.audio.AudioReader;
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
}
