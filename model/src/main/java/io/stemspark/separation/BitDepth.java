package io.stemspark.separation;

import io.stemspark.audio.SampleFormat;

/** How precisely lossless stems are stored. */
public enum BitDepth {
  /** As the mixture is; 16 bits for lossy sources, 24 for integers of 32. */
  SOURCE,
  INT16,
  INT24,
  FLOAT32;

  SampleFormat of(SampleFormat source) {
    return switch (this) {
      case SOURCE -> source;
      case INT16 -> SampleFormat.INT16;
      case INT24 -> SampleFormat.INT24;
      case FLOAT32 -> SampleFormat.FLOAT32;
    };
  }
}
