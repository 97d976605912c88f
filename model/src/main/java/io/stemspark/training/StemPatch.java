package io.stemspark.training;

import io.stemspark.spectrogram.Spectrogram;

/**
 * One patch of a channel with its stems known. The STFT is linear, so the mixture is their sum.
 *
 * @param vocals complex spectrogram, patch frames x patch bins
 * @param accompaniment of the same size
 */
public record StemPatch(Spectrogram vocals, Spectrogram accompaniment) {}
