package io.stemspark.internal.features;

import io.stemspark.audio.DecodingConfig;
import io.stemspark.internal.corpus.AudioFile;
import io.stemspark.internal.corpus.Track;
import io.stemspark.internal.dataset.HalfFloats;
import io.stemspark.internal.journal.Fingerprint;
import io.stemspark.internal.journal.OutputContract;
import io.stemspark.internal.journal.ResultSettings;
import io.stemspark.internal.network.StemSet;
import io.stemspark.internal.text.SafeText;
import io.stemspark.patch.PatchConfig;
import io.stemspark.spectrogram.StftConfig;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * What the tasks of an extraction need to know.
 *
 * @param config which tracks become part of the dataset
 * @param output URI of the dataset's folder
 */
public record ExtractionContract(
    DecodingConfig decoding,
    StftConfig stft,
    PatchConfig patch,
    ExtractionConfig config,
    String output)
    implements OutputContract {
  /** The most bytes that a name can have on today's file systems. */
  private static final int LONGEST_FOLDER = 255;

  /** The largest sample whose spectrum half-precision features can hold; full scale is 1. */
  float mostPeak() {
    // No element of a spectrum exceeds the sum of the window times the peak.
    return HalfFloats.MAX / windowSum();
  }

  /** The magnitude that a constant of full scale has in bin 0. */
  float windowSum() {
    float sum = 0;
    for (float weight : stft.window().samples(stft.fftSize())) {
      sum += weight;
    }
    return sum;
  }

  /** The stems where they are known, because the mixture is their sum; else the mixture. */
  @Override
  public List<AudioFile> inputs(Track track) {
    if (config.files(track).isEmpty() && track.hasMixture()) {
      return List.of(track.mixture());
    }
    if (!track.hasStems()) {
      return List.of();
    }
    List<AudioFile> files = new ArrayList<>(List.of(track.vocals()));
    files.addAll(track.accompaniment());
    return files;
  }

  @Override
  public Fingerprint fingerprint(Track track) {
    return new Fingerprint(Fingerprint.ofFiles(inputs(track)), "", settings());
  }

  @Override
  public Fingerprint formerFingerprint(Track track) {
    return new Fingerprint(Fingerprint.formerOfFiles(inputs(track)), "", formerSettings());
  }

  /** The hash of all settings that change rows. */
  public String settings() {
    return ResultSettings.ofExtraction(stft, patch, config.stems(), config.filters());
  }

  /** The same hash, in the form of releases before fingerprints had versions. */
  public String formerSettings() {
    boolean known = config.filters().isEmpty() && config.stems().equals(StemSet.VOICE.stems());
    return known
        ? ResultSettings.formerOfExtraction(stft, patch)
        : settings(); // Releases before knew no filters, and no other stems.
  }

  @Override
  public List<String> places(Track track) {
    if (track.split().isBlank()) {
      throw new IllegalArgumentException("Its split has no name.");
    }
    int length = DatasetPart.folder(track.split()).getBytes(StandardCharsets.UTF_8).length;
    if (length - 1 > LONGEST_FOLDER) {
      throw new IllegalArgumentException(
          "Its split is too long for the name of a folder: " + SafeText.quoted(track.split()));
    }
    return List.of();
  }

  @Override
  public boolean dependsOnSplit() {
    return true;
  }

  @Override
  public boolean ownsFiles() {
    return false;
  }
}
