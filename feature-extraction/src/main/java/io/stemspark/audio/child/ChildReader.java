package io.stemspark.audio.child;

import io.stemspark.audio.AudioException;
import io.stemspark.audio.AudioFormat;
import io.stemspark.audio.AudioReader;
import io.stemspark.audio.DecodingConfig;
import io.stemspark.audio.SampleFormat;
import io.stemspark.audio.Tags;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SeekableByteChannel;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.ScheduledFuture;

/** In the parent: one file that a child decodes. */
final class ChildReader implements AudioReader {
  private static final int MOST_CHANNELS = 32;

  private final ChildProcess child;
  private final DecodingConfig config;
  private final int id;
  private final String name;
  private final SeekableByteChannel channel;
  private final byte[] bytes =
      new byte[Math.max(Message.MOST_BYTES, Message.MOST_SAMPLES * Float.BYTES)];
  private AudioFormat format;
  private Tags tags;
  private float[][] samples;
  private int position;
  private int available;
  private long samplesRead;
  private long busyNanos;
  private boolean ended;
  private boolean closed;
  private Exception storageFailure;

  private ChildReader(
      ChildProcess child, DecodingConfig config, int id, String name, SeekableByteChannel channel) {
    this.child = child;
    this.config = config;
    this.id = id;
    this.name = name;
    this.channel = channel;
  }

  static ChildReader open(
      ChildProcess child,
      DecodingConfig config,
      int id,
      String name,
      SeekableByteChannel channel,
      int stream)
      throws IOException {
    ChildReader reader = new ChildReader(child, config, id, name, channel);
    try {
      reader.open(stream);
      return reader;
    } catch (IOException | RuntimeException e) {
      reader.close();
      throw e;
    }
  }

  private void open(int stream) throws IOException {
    long size = channel.size();
    byte answer =
        exchange(
            out -> {
              out.writeByte(Message.OPEN);
              out.writeInt(id);
              out.writeInt(stream);
              out.writeLong(size);
            });
    require(answer == Message.OPENED);
    try {
      DataInputStream in = child.in();
      format =
          new AudioFormat(
              in.readInt(), in.readInt(), sampleFormat(in.readInt()), Message.readText(in));
      tags = Message.readTags(in);
    } catch (IOException | IllegalArgumentException e) {
      throw childFailed(e);
    }
    require(format.channels() <= MOST_CHANNELS);
    samples = new float[format.channels()][Message.MOST_SAMPLES];
  }

  private static SampleFormat sampleFormat(int bits) {
    return Arrays.stream(SampleFormat.values())
        .filter(format -> format.bits() == bits)
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException(bits + " bits per sample"));
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
    byte answer =
        exchange(
            out -> {
              out.writeByte(Message.NEXT);
              out.writeInt(id);
            });
    if (answer == Message.END) {
      return false;
    }
    require(answer == Message.SAMPLES);
    try {
      available = Message.within(child.in().readInt(), Message.MOST_SAMPLES);
      for (float[] channel : samples) {
        child.in().readFully(bytes, 0, available * Float.BYTES);
        ByteBuffer.wrap(bytes)
            .order(ByteOrder.nativeOrder())
            .asFloatBuffer()
            .get(channel, 0, available);
      }
    } catch (IOException e) {
      throw childFailed(e);
    }
    position = 0;
    samplesRead += available;
    return true;
  }

  private interface Request {
    void writeTo(DataOutputStream out) throws IOException;
  }

  /** Sends a request, serves bytes as long as the child asks for some, and returns its answer. */
  private byte exchange(Request request) throws IOException {
    try {
      request.writeTo(child.out());
      byte answer = await();
      while (answer == Message.READ) {
        serve(child.in().readLong(), child.in().readInt());
        answer = await();
      }
      if (answer == Message.FAILED) {
        String reason = Message.readText(child.in());
        throw storageFailure == null
            ? new AudioException(name, reason)
            : new AudioException(
                name, "storage failed: " + storageFailure.getMessage(), storageFailure);
      }
      return answer;
    } catch (AudioException e) {
      throw e;
    } catch (IOException e) {
      throw childFailed(e);
    }
  }

  /** The child's next message; only while this waits does the child's time count. */
  private byte await() throws IOException {
    child.out().flush();
    ScheduledFuture<?> end = child.endAfter(timeLeft());
    long start = System.nanoTime();
    try {
      return child.in().readByte();
    } finally {
      busyNanos += System.nanoTime() - start;
      end.cancel(false);
    }
  }

  private Duration timeLeft() {
    long audioSeconds = format == null ? 0 : samplesRead / format.sampleRate();
    return config.timeout().plusSeconds(audioSeconds).minusNanos(busyNanos);
  }

  private void serve(long from, int count) throws IOException {
    int most = Message.within(count, Message.MOST_BYTES);
    DataOutputStream out = child.out();
    try {
      ByteBuffer target = ByteBuffer.wrap(bytes, 0, most);
      channel.position(from);
      while (target.hasRemaining() && channel.read(target) > 0) {}
      out.writeByte(Message.BYTES);
      out.writeInt(target.position());
      out.write(bytes, 0, target.position());
    } catch (IOException | IllegalArgumentException e) {
      storageFailure = e;
      out.writeByte(Message.NO_BYTES);
    }
  }

  private void require(boolean holds) throws AudioException {
    if (!holds) {
      child.close();
      throw childFailed(new IOException("an answer that makes no sense"));
    }
  }

  private AudioException childFailed(Exception cause) {
    return new AudioException(name, child.reasonOfEnd(), cause);
  }

  @Override
  public void close() throws IOException {
    if (closed) {
      return;
    }
    closed = true;
    if (child.isAlive()) {
      try {
        child.out().writeByte(Message.CLOSE);
        child.out().writeInt(id);
        child.out().flush();
      } catch (IOException e) {
        // It has ended meanwhile, and with it this file.
        child.close();
      }
    }
    channel.close();
  }
}
