package io.stemspark.separation;

/** What becomes of samples beyond full scale. None of these rescales a stem. */
public enum Clipping {
  /** They are limited to full scale; float WAV files hold them as they are. */
  LIMIT,
  /** They are kept, in floats whatever the source's bit depth. */
  KEEP,
  /** The track fails. */
  REFUSE
}
