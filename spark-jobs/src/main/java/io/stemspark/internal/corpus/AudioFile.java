package io.stemspark.internal.corpus;

import io.stemspark.audio.AudioDecoder;
import java.io.Serializable;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.hadoop.fs.EtagSource;
import org.apache.hadoop.fs.FileStatus;

/**
 * One audio stream of a file.
 *
 * @param uri where the file lies
 * @param stream which of its audio streams, counted from 0, or {@link AudioDecoder#BEST_STREAM}
 * @param bytes size of the file, or {@link #UNKNOWN}
 * @param version changes when the content does: an object's ETag, or the time of modification
 * @param modified when it was last modified, in milliseconds since 1970, or {@link #UNKNOWN}
 */
public record AudioFile(String uri, int stream, long bytes, String version, long modified)
    implements Serializable {
  public AudioFile {
    Objects.requireNonNull(uri, "uri of an input is null");
    version = version == null ? "" : version;
  }

  /** The size or time of a file that could not be looked at. */
  public static final long UNKNOWN = -1;

  /** The main stream of a file. */
  static AudioFile of(FileStatus file) {
    return new AudioFile(
        file.getPath().toString(),
        AudioDecoder.BEST_STREAM,
        file.getLen(),
        version(file),
        file.getModificationTime());
  }

  /** Another stream of the same file. */
  AudioFile stream(int number) {
    return new AudioFile(uri, number, bytes, version, modified);
  }

  /** A file that this program has written. */
  public static AudioFile written(String uri, long bytes) {
    return new AudioFile(uri, AudioDecoder.BEST_STREAM, bytes, "", UNKNOWN);
  }

  static AudioFile missing(String uri) {
    return new AudioFile(uri, AudioDecoder.BEST_STREAM, UNKNOWN, "", UNKNOWN);
  }

  /** The total size of files; a file with several streams counts once. */
  public static long bytes(List<AudioFile> files) {
    Map<String, Long> sizes = new HashMap<>();
    files.forEach(file -> sizes.put(file.uri, Math.max(0, file.bytes)));
    return sizes.values().stream().mapToLong(Long::longValue).sum();
  }

  private static String version(FileStatus file) {
    String tag = file instanceof EtagSource source ? source.getEtag() : null;
    return tag == null || tag.isEmpty() ? String.valueOf(file.getModificationTime()) : tag;
  }
}
