package io.stemspark.audio;

/** The kinds of file that stems are written as. */
public enum Container {
  WAV,
  FLAC;

  /** The file name extension, without the dot. */
  public String extension() {
    return switch (this) {
      case WAV -> "wav";
      case FLAC -> "flac";
    };
  }

  /** The nearest sample format that this container can hold. FLAC has no floating point. */
  public SampleFormat nearest(SampleFormat wanted) {
    return this == FLAC && wanted == SampleFormat.FLOAT32 ? SampleFormat.INT24 : wanted;
  }
}
