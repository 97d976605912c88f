package io.stemspark.internal.child;

import io.stemspark.audio.AudioException;
import io.stemspark.audio.AudioFormat;
import io.stemspark.audio.AudioReader;
import io.stemspark.audio.SampleFormat;
import io.stemspark.audio.StorageException;
import io.stemspark.audio.Tags;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.channels.SeekableByteChannel;
import java.time.Duration;
import java.util.List;

/** In the parent: one file that a child decodes. */
final class ChildReader implements AudioReader {
  private static final long FREE_BYTES = 64L << 20;

  private final ChildProcess child;
  private final int id;
  private final String name;
  private final SeekableByteChannel channel;
  private AudioFormat format;
  private Tags tags;
  private long expectedSamples;
  private List<String> repairs = List.of();
  private float[][] samples;
  private int position;
  private int available;
  private long samplesRead;
  private long busyNanos;
  private long resumedAt;
  private long served;
  private long mostServed;
  private boolean ended;
  private boolean closed;
  private Exception storageFailure;

  /** Has {@code child} open a file; closes {@code channel}, also when that fails. */
  ChildReader(ChildProcess child, int id, String name, SeekableByteChannel channel, int stream)
      throws IOException {
    this.child = child;
    this.id = id;
    this.name = name;
    this.channel = channel;
    try {
      open(stream);
    } catch (IOException | RuntimeException e) {
      close();
      throw e;
    }
  }

  private void open(int stream) throws IOException {
    long size = channel.size();
    child.awaitReady();
    mostServed = size > Long.MAX_VALUE / 8 ? Long.MAX_VALUE : 4 * size + FREE_BYTES;
    exchange(
        out -> {
          out.writeByte(Message.OPEN);
          out.writeInt(id);
          out.writeInt(stream);
          out.writeLong(size);
        },
        (answer, in) -> {
          require(answer == Message.OPENED);
          format =
              new AudioFormat(
                  in.readInt(),
                  in.readInt(),
                  SampleFormat.valueOf(Message.readText(in)),
                  Message.readText(in));
          format.requireSupported(name);
          expectedSamples = in.readLong();
          tags = Message.readTags(in);
        });
    samples = new float[format.channels()][Message.MAX_SAMPLES];
  }

  @Override
  public AudioFormat format() {
    return format;
  }

  @Override
  public Tags tags() {
    return tags;
  }

  @Override
  public List<String> repairs() {
    return repairs;
  }

  @Override
  public long expectedSamples() {
    return expectedSamples;
  }

  @Override
  public int read(float[][] into) throws IOException {
    if (available == 0 && (ended || !receive())) {
      ended = true;
      return -1;
    }
    int n = Math.min(available, into[0].length);
    for (int c = 0; c < samples.length; c++) {
      System.arraycopy(samples[c], position, into[c], 0, n);
    }
    position += n;
    available -= n;
    return n;
  }

  /** Has the child decode the next samples; false at the end. */
  private boolean receive() throws IOException {
    exchange(
        out -> {
          out.writeByte(Message.NEXT);
          out.writeInt(id);
        },
        (answer, in) -> {
          require(answer == Message.END || answer == Message.SAMPLES);
          if (answer == Message.END) {
            repairs = Message.readTexts(in);
          }
          position = 0;
          available = answer == Message.END ? 0 : Message.within(in.readInt(), Message.MAX_SAMPLES);
          require(answer == Message.END || available > 0);
          FloatBuffer shared = child.memory.asFloatBuffer();
          for (int c = 0; c < samples.length; c++) {
            shared.get(c * available, samples[c], 0, available);
          }
        });
    samplesRead += available;
    return available > 0;
  }

  private interface Request {
    void writeTo(DataOutputStream out) throws IOException;
  }

  private interface Answer {
    void readFrom(byte kind, DataInputStream in) throws IOException;
  }

  /**
   * Sends a request, serves bytes as long as the child asks for some, and reads its answer. All of
   * this counts as the child's time, except for the reading of storage.
   */
  private void exchange(Request request, Answer answer) throws IOException {
    boolean understood = false;
    resumeClock();
    try {
      request.writeTo(child.out);
      child.out.flush();
      byte kind = child.in.readByte();
      while (kind == Message.READ) {
        serve(child.in.readLong(), child.in.readInt());
        child.out.flush();
        kind = child.in.readByte();
      }
      if (kind == Message.FAILED) {
        String reason = Message.readText(child.in);
        understood = true;
        throw storageFailure == null
            ? new AudioException(name, reason)
            : new StorageException(name, storageFailure);
      }
      answer.readFrom(kind, child.in);
      understood = true;
    } catch (AudioException | StorageException e) {
      throw e;
    } catch (IOException | IllegalArgumentException e) {
      String reason = child.reasonOfEnd();
      if (child.wasKilled() || Thread.currentThread().isInterrupted()) {
        throw new IOException(name + ": " + reason, e);
      }
      throw new AudioException(name, reason, e);
    } finally {
      pauseClock();
      if (!understood) {
        // Whatever the child says next does not answer any request.
        child.close();
      }
    }
  }

  private void resumeClock() {
    long audioSeconds = format == null ? 0 : samplesRead / format.sampleRate();
    Duration left = child.config.timeout().plusSeconds(audioSeconds).minusNanos(busyNanos);
    resumedAt = System.nanoTime();
    child.endAfter(left);
  }

  private void pauseClock() {
    child.stopClock();
    busyNanos += System.nanoTime() - resumedAt;
  }

  private void serve(long from, int count) throws IOException {
    int most = Message.within(count, Message.MAX_BYTES);
    ByteBuffer target = child.memory.slice(0, most);
    pauseClock();
    try {
      channel.position(from);
      while (target.hasRemaining() && channel.read(target) > 0) {}
    } catch (IOException | RuntimeException e) {
      storageFailure = e;
    } finally {
      resumeClock();
    }
    served += target.position();
    // A decoder that seeks back and forth costs storage, but none of its own time.
    if (served > mostServed) {
      throw new AudioException(name, "Decoding reads the same bytes over and over.");
    }
    DataOutputStream out = child.out;
    if (storageFailure != null) {
      out.writeByte(Message.NO_BYTES);
      return;
    }
    out.writeByte(Message.BYTES);
    out.writeInt(target.position());
  }

  /** Fails only if the child is crashing, or controlled by a hostile file. */
  private static void require(boolean holds) throws IOException {
    if (!holds) {
      throw new IOException("The child's answer is not valid.");
    }
  }

  @Override
  public void close() throws IOException {
    if (closed) {
      return;
    }
    closed = true;
    try {
      if (child.isAlive()) {
        exchange(
            out -> {
              out.writeByte(Message.CLOSE);
              out.writeInt(id);
            },
            (answer, in) -> require(answer == Message.CLOSED));
      }
    } catch (IOException e) {
      // The child has ended, and the next file gets another; what was read stays valid.
      child.close();
    } finally {
      channel.close();
    }
  }
}
