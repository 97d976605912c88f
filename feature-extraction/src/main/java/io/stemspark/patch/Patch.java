package io.stemspark.patch;

import io.stemspark.spectrogram.Spectrogram;

/**
 * A piece of a spectrogram, zero where the spectrogram has ended.
 *
 * @param firstFrame the spectrogram's frame that is the patch's frame 0
 * @param content exactly {@link PatchConfig#frames} x {@link PatchConfig#bins}
 */
public record Patch(int firstFrame, Spectrogram content) {}
