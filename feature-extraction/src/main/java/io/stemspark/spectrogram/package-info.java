/**
 * The short-time Fourier transform and its inverse, of whole signals and of streams. A frame's
 * spectra are {@code [channel][bin]}.
 */
package io.stemspark.spectrogram;
