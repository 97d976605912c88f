package io.stemspark.patch;

import io.stemspark.spectrogram.Spectrogram;
import java.util.ArrayList;
import java.util.List;

/**
 * Splits whole spectrograms into patches and joins them again: the plain definition of what {@link
 * PatchReader} does to a stream. Immutable.
 */
public final class Patcher {
  private final PatchConfig config;

  public Patcher(PatchConfig config) {
    this.config = config;
  }

  /** Adjoining patches that cover all frames, and the bins that patches have. */
  public List<Patch> split(Spectrogram spectrogram) {
    List<Patch> patches = new ArrayList<>();
    for (int first = 0; first < spectrogram.frames(); first += config.frames()) {
      Spectrogram content = new Spectrogram(config.frames(), config.bins());
      int count = Math.min(config.frames(), spectrogram.frames() - first);
      content.copyFrames(spectrogram, first, 0, count);
      patches.add(new Patch(first, content));
    }
    return patches;
  }

  /** The inverse of {@link #split}: a spectrogram of {@code frames} frames. */
  public Spectrogram join(List<Patch> patches, int frames) {
    Spectrogram joined = new Spectrogram(frames, config.bins());
    for (Patch patch : patches) {
      int count = Math.min(config.frames(), frames - patch.firstFrame());
      joined.copyFrames(patch.content(), 0, patch.firstFrame(), count);
    }
    return joined;
  }
}
