package io.stemspark.separation;

import io.stemspark.audio.AudioReader;
import io.stemspark.patch.PatchConfig;
import io.stemspark.spectrogram.StftConfig;
import java.io.IOException;

/** Separates tracks, one call at a time per thread. Immutable and thread-safe. */
public final class Separator {
  private final StftConfig stft;
  private final PatchConfig patch;
  private final int overlapFrames;
  private final MaskEstimator estimator;

  /**
   * @param overlapFrames frames that neighbouring windows share, at most half a patch
   */
  public Separator(StftConfig stft, PatchConfig patch, int overlapFrames, MaskEstimator estimator) {
    requireOverlap(patch, overlapFrames);
    if (patch.bins() > stft.bins()) {
      throw new IllegalArgumentException(
          "at most %d bins per patch, the bins of the STFT, not %d"
              .formatted(stft.bins(), patch.bins()));
    }
    this.stft = stft;
    this.patch = patch;
    this.overlapFrames = overlapFrames;
    this.estimator = estimator;
  }

  /**
   * Checks that windows of a patch's length can overlap by {@code overlapFrames}.
   *
   * @throws IllegalArgumentException if it is more than half a patch
   */
  public static void requireOverlap(PatchConfig patch, int overlapFrames) {
    if (overlapFrames < 0 || overlapFrames > patch.frames() / 2) {
      throw new IllegalArgumentException(
          "an overlap of 0 to %d frames, half of the model's patch, not %d"
              .formatted(patch.frames() / 2, overlapFrames));
    }
  }

  /**
   * Separates the rest of {@code mixture}.
   *
   * @param output what the stems will be written as; vocals + accompaniment = mixture on its steps
   * @return what was done
   */
  public SeparationResult separate(AudioReader mixture, OutputConfig output, StemSink sink)
      throws IOException {
    try (TrackSeparation track =
        new TrackSeparation(
            stft,
            patch,
            overlapFrames,
            estimator,
            mixture.format(),
            output.splitFor(mixture.format()),
            sink)) {
      float[][] block = new float[mixture.format().channels()][stft.hopLength()];
      for (int n = mixture.read(block); n >= 0; n = mixture.read(block)) {
        track.push(block, n);
      }
      return track.finish();
    }
  }
}
