package io.stemspark.internal.executor;

import io.stemspark.audio.AudioDecoder;
import io.stemspark.audio.AudioReader;
import io.stemspark.audio.DecodingConfig;
import io.stemspark.internal.child.ChildDecoder;
import io.stemspark.internal.ffmpeg.InProcessDecoder;
import io.stemspark.internal.process.DaemonThreads;
import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;

/**
 * The decoders of an executor, which tasks borrow. So there are as many decoders as tasks that run
 * at once, and their processes outlive the tasks. A decoder that nobody has used for a while is
 * closed.
 */
public final class DecoderPool {
  private static final Duration IDLE = Duration.ofMinutes(1);

  /** The decoder that was given back last comes first. */
  private static final Map<DecodingConfig, Deque<Idle>> DECODERS = new HashMap<>();

  private record Idle(AudioDecoder decoder, long since) {}

  static {
    IdleClock.everyMinute("decoders", () -> closeIdle(IDLE));
  }

  private DecoderPool() {}

  /**
   * Starts decoders in the background, so that the first tracks need not wait for them.
   *
   * @param count how many should be there
   */
  public static void startAhead(DecodingConfig config, int count) {
    if (config.isolation() == DecodingConfig.Isolation.CHILD) {
      DaemonThreads.named("stemspark-decoders-ahead").newThread(() -> start(config, count)).start();
    }
  }

  private static void start(DecodingConfig config, int count) {
    for (int i = idle(config); i < count; i++) {
      ChildDecoder decoder = new ChildDecoder(config);
      try {
        decoder.startAhead();
      } catch (IOException | RuntimeException | LinkageError | VirtualMachineError e) {
        return; // The first track tries again and reports the failure.
      }
      giveBack(config, decoder);
    }
  }

  /** A decoder of these settings; closing it gives it back. */
  static synchronized AudioDecoder borrow(DecodingConfig config) {
    if (config.isolation() == DecodingConfig.Isolation.NONE) {
      return new InProcessDecoder(config);
    }
    Deque<Idle> decoders = DECODERS.get(config);
    Idle last = decoders == null ? null : decoders.pollFirst();
    return new Borrowed(config, last == null ? new ChildDecoder(config) : last.decoder);
  }

  private static synchronized void giveBack(DecodingConfig config, AudioDecoder decoder) {
    Deque<Idle> decoders = DECODERS.computeIfAbsent(config, c -> new ArrayDeque<>());
    decoders.addFirst(new Idle(decoder, System.nanoTime()));
  }

  /** Closes the decoders that nobody uses. */
  public static void closeAll() {
    closeIdle(Duration.ZERO);
  }

  /** Closes the decoders that nobody has used for the given time. */
  static synchronized void closeIdle(Duration time) {
    for (Deque<Idle> decoders : DECODERS.values()) {
      for (Iterator<Idle> all = decoders.iterator(); all.hasNext(); ) {
        Idle idle = all.next();
        if (System.nanoTime() - idle.since >= time.toNanos()) {
          all.remove();
          idle.decoder.close();
        }
      }
    }
  }

  private static synchronized int idle(DecodingConfig config) {
    return DECODERS.getOrDefault(config, new ArrayDeque<>()).size();
  }

  /** The number of decoders that nobody uses now. */
  static synchronized int idle() {
    return DECODERS.values().stream().mapToInt(Deque::size).sum();
  }

  private static final class Borrowed implements AudioDecoder {
    private final DecodingConfig config;
    private final AudioDecoder decoder;
    private boolean returned;

    Borrowed(DecodingConfig config, AudioDecoder decoder) {
      this.config = config;
      this.decoder = decoder;
    }

    @Override
    public AudioReader open(String name, SeekableByteChannel channel, int stream)
        throws IOException {
      return decoder.open(name, channel, stream);
    }

    @Override
    public void close() {
      if (!returned) {
        returned = true;
        giveBack(config, decoder);
      }
    }
  }
}
