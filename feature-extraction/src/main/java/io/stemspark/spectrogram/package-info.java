/**
 * The short-time Fourier transform and its inverse, for whole clips ({@link
 * io.stemspark.spectrogram.Stft}) and for streams ({@link io.stemspark.spectrogram.StftAnalyzer},
 * {@link io.stemspark.spectrogram.StftSynthesizer}).
 *
 * <p>Frame k is centred on sample k * hop length; the signal is zero before its first and after its
 * last sample. This is the framing of librosa and torch with {@code center=True} and constant
 * padding; where the length is no multiple of the hop length, one more frame covers the rest.
 */
package io.stemspark.spectrogram;
