package io.stemspark.internal.child;

import io.stemspark.audio.AudioDecoder;
import io.stemspark.audio.AudioReader;
import io.stemspark.audio.DecodingConfig;
import io.stemspark.internal.audio.LimitedReader;
import java.io.IOException;
import java.nio.channels.SeekableByteChannel;

/**
 * Decodes in a child process that serves many files. A crash, a hang, or a file that takes too much
 * memory or time ends the child and fails the files that it has open; the next file gets a new one.
 */
public final class ChildDecoder implements AudioDecoder {
  private final DecodingConfig config;
  private ChildProcess child;
  private int lastId;

  public ChildDecoder(DecodingConfig config) {
    this.config = config;
  }

  @Override
  public AudioReader open(String name, SeekableByteChannel channel, int stream) throws IOException {
    try {
      if (child == null || !child.isAlive()) {
        child = new ChildProcess(config);
      }
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
    lastId++;
    AudioReader reader = new ChildReader(child, lastId, name, channel, stream);
    return new LimitedReader(name, reader, config);
  }

  /** Starts the child, so that the first file has less to wait for. */
  public void startAhead() throws IOException {
    child = new ChildProcess(config);
  }

  /** The process id of the child that decodes now; -1 if there is none. */
  public long pid() {
    return child == null ? -1 : child.pid();
  }

  @Override
  public void close() {
    if (child != null) {
      child.close();
    }
  }
}
