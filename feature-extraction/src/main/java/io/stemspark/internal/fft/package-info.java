/** The Fourier transform. */
package io.stemspark.internal.fft;
