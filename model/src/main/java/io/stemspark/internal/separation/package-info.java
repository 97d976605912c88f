/**
 * One track on its way through: STFT, network, mask, inverse STFT, stems that sum to the mixture.
 * {@link io.stemspark.internal.separation.TrackSeparation} is where to begin.
 */
package io.stemspark.internal.separation;
