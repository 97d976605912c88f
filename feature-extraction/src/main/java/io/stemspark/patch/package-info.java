/** Pieces of a spectrogram of the size that the network sees. */
package io.stemspark.patch;
