package io.stemspark.internal.audio;

import io.stemspark.audio.AudioReader;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** Opens and closes several streams, so that none stays open and the first failure is reported. */
public final class AudioStreams {
  private AudioStreams() {}

  /** Makes one thing of another. */
  @FunctionalInterface
  public interface Step<T, R> {
    R apply(T value) throws IOException;
  }

  /**
   * Opens readers, and makes something of them, which then closes them. If that fails, they are
   * closed.
   */
  public static <T, R> R open(
      List<T> files, Step<T, AudioReader> opening, Step<List<AudioReader>, R> whole)
      throws IOException {
    List<AudioReader> readers = new ArrayList<>();
    try {
      for (T file : files) {
        readers.add(opening.apply(file));
      }
      return whole.apply(readers);
    } catch (IOException | RuntimeException e) {
      closeAfter(e, readers);
      throw e;
    }
  }

  /** Streams that are closed together. */
  public static final class Group<T extends Closeable> implements Closeable {
    private final List<T> streams = new ArrayList<>();

    /** Adds a stream, which is closed with the group. */
    public void add(T stream) {
      streams.add(stream);
    }

    /** The streams, in the order in which they were added. */
    public List<T> streams() {
      return streams;
    }

    @Override
    public void close() throws IOException {
      AudioStreams.close(streams);
    }
  }

  /** Closes all, even if one of them fails. */
  public static void close(Collection<? extends Closeable> streams) throws IOException {
    Exception first = null;
    for (Closeable stream : streams) {
      try {
        stream.close();
      } catch (IOException | RuntimeException e) {
        if (first == null) {
          first = e;
        } else {
          first.addSuppressed(e);
        }
      }
    }
    if (first instanceof IOException failure) {
      throw failure;
    } else if (first instanceof RuntimeException failure) {
      throw failure;
    }
  }

  /** Closes all after a failure, which is not replaced by another one. */
  public static void closeAfter(Exception failure, Collection<? extends Closeable> streams) {
    try {
      close(streams);
    } catch (IOException | RuntimeException e) {
      failure.addSuppressed(e);
    }
  }
}
