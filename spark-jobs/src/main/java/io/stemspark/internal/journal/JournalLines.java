package io.stemspark.internal.journal;

import io.stemspark.audio.StorageException;
import io.stemspark.internal.audio.StorageInput;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPInputStream;

/**
 * Reads the lines of a file of the journal. A damaged file ends where the damage begins, and {@link
 * #damage} says what is wrong; failures of storage are thrown.
 */
final class JournalLines implements Closeable {
  /** A track has at most some hundred files, and a note of some thousand characters. */
  private static final int MAX_LINE_BYTES = 4 << 20;

  private final InputStream stream;
  private long number;
  private String damage;

  private JournalLines(InputStream stream) {
    this.stream = stream;
  }

  /**
   * @param name of the file, for messages
   * @param raw its content, which is closed with this object
   */
  static JournalLines of(String name, InputStream raw, boolean compressed) throws IOException {
    InputStream marked = new BufferedInputStream(new StorageInput(name, raw));
    if (!compressed) {
      return new JournalLines(marked);
    }
    try {
      return new JournalLines(new BufferedInputStream(new GZIPInputStream(marked)));
    } catch (StorageException e) {
      raw.close();
      throw e;
    } catch (IOException e) {
      JournalLines lines = new JournalLines(raw);
      lines.damage = "it does not begin as a gzip file does: " + e.getMessage();
      return lines;
    }
  }

  /** The next line; null at the end, or where the file is damaged. */
  String next() throws IOException {
    if (damage != null) {
      return null;
    }
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    try {
      int b = stream.read();
      if (b < 0) {
        return null;
      }
      number++;
      while (b >= 0 && b != '\n') {
        if (line.size() == MAX_LINE_BYTES) {
          damage = "line %d has more than %d bytes".formatted(number, MAX_LINE_BYTES);
          return null;
        }
        line.write(b);
        b = stream.read();
      }
      return line.toString(StandardCharsets.UTF_8);
    } catch (StorageException e) {
      throw e;
    } catch (IOException e) {
      damage = "it breaks off in line %d: %s".formatted(number, e.getMessage());
      return null;
    }
  }

  /** Number of the last line, from 1. */
  long number() {
    return number;
  }

  /** What is wrong with the file; null if nothing is so far. */
  String damage() {
    return damage;
  }

  @Override
  public void close() throws IOException {
    stream.close();
  }
}
