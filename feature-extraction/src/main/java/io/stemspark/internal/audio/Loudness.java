package io.stemspark.internal.audio;

/**
 * How loud audio is, as EBU R 128 measures it.
 *
 * @param integrated of the whole, in LUFS; {@link #SILENCE} where nothing is louder
 * @param range in LU
 * @param truePeak the highest level between samples too, in dB of full scale; {@code -Infinity} for
 *     silence
 */
public record Loudness(double integrated, double range, double truePeak) {
  /** The absolute gate of ITU-R BS.1770: what is not louder has no loudness. */
  public static final double SILENCE = -70;

  public boolean isSilent() {
    return !(integrated > SILENCE);
  }
}
