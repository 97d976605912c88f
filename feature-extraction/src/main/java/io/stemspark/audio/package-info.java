/**
 * Audio as Stemspark sees it: samples between -1 and 1 in floats, {@code [channel][time]}, behind
 * an {@link io.stemspark.audio.AudioReader}; the formats that files have; and the limits of
 * decoding.
 */
package io.stemspark.audio;
