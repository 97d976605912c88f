package io.stemspark.jobs.corpus;

import io.stemspark.audio.FfmpegReader;
import java.io.Serializable;

/**
 * One audio stream of a file.
 *
 * @param uri where the file lies
 * @param stream which of its audio streams, counted from 0, or {@link FfmpegReader#BEST_STREAM}
 */
public record AudioFile(String uri, int stream) implements Serializable {
  /** The main stream of a file. */
  static AudioFile of(String uri) {
    return new AudioFile(uri, FfmpegReader.BEST_STREAM);
  }
}
