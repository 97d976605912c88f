package io.stemspark.bundle;

import io.stemspark.patch.PatchConfig;
import io.stemspark.spectrogram.StftConfig;
import io.stemspark.unet.UNetConfig;
import java.util.Map;

/**
 * What a bundle says of itself, {@code manifest.json}.
 *
 * @param formatVersion {@link ModelBundle#FORMAT_VERSION}
 * @param stft the spectrograms that the network was fitted to
 * @param patch the size of its input
 * @param unet its size
 * @param training how it was trained
 * @param metrics what it scored, by name
 * @param entries SHA-256 in hexadecimal of every other entry of the bundle, by name
 */
public record Manifest(
    int formatVersion,
    StftConfig stft,
    PatchConfig patch,
    UNetConfig unet,
    Provenance training,
    Map<String, Double> metrics,
    Map<String, String> entries) {
  public Manifest {
    unet.requireFits(patch);
    if (patch.bins() > stft.bins()) {
      throw new IllegalArgumentException(
          "%d bins per patch, but %d of the STFT".formatted(patch.bins(), stft.bins()));
    }
    metrics = Map.copyOf(metrics);
    entries = Map.copyOf(entries);
  }

  /**
   * How a network was trained.
   *
   * @param stemspark version of Stemspark
   * @param finished time of the end of training, ISO 8601
   * @param dataset hash of the feature dataset's settings and content
   * @param patches patches in the training split
   * @param workers Spark tasks that trained in parallel
   * @param settings the training settings by key
   */
  public record Provenance(
      String stemspark,
      String finished,
      String dataset,
      long patches,
      int workers,
      Map<String, String> settings) {
    public Provenance {
      settings = Map.copyOf(settings);
    }
  }
}
