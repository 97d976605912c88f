package io.stemspark.bundle;

import io.stemspark.network.NetworkSpec;
import io.stemspark.patch.PatchConfig;
import io.stemspark.spectrogram.StftConfig;
import java.io.Serializable;
import java.util.Map;

/**
 * What a bundle says about itself, {@code manifest.json}.
 *
 * @param formatVersion {@link ModelBundle#FORMAT_VERSION}
 * @param stft the spectrograms that the network was fitted to
 * @param network what it takes and gives
 * @param origin where it comes from
 * @param metrics what it scored, by name
 * @param entries SHA-256 in hexadecimal of every other entry of the bundle, by name
 */
public record Manifest(
    int formatVersion,
    StftConfig stft,
    NetworkSpec network,
    Origin origin,
    Map<String, Double> metrics,
    Map<String, String> entries)
    implements Serializable {
  /** Most elements of a channel's window, so that a hostile bundle cannot ask for all memory. */
  private static final long MAX_ELEMENTS = 1 << 24;

  public Manifest {
    if (network.patch().bins() > stft.bins()) {
      throw new IllegalArgumentException(
          "A patch has %d bins, but the STFT has %d."
              .formatted(network.patch().bins(), stft.bins()));
    }
    if ((long) network.patch().frames() * stft.bins() > MAX_ELEMENTS) {
      throw new IllegalArgumentException(
          "A window has %d frames of %d bins. Expected at most %d elements."
              .formatted(network.patch().frames(), stft.bins(), MAX_ELEMENTS));
    }
    if (origin instanceof Origin.Fitted fitted) {
      fitted.unet().requireFits(network.patch());
      if (!network.equals(NetworkSpec.unet(network.patch(), fitted.unet().inChannels()))) {
        throw new IllegalArgumentException(
            "The network is %s, but a fitted U-Net takes magnitudes and gives masks of vocals."
                .formatted(network));
      }
    }
    metrics = Map.copyOf(metrics);
    entries = Map.copyOf(entries);
  }

  /** The size of the network's input. */
  public PatchConfig patch() {
    return network.patch();
  }
}
