package io.stemspark.internal.child;

import io.stemspark.audio.DecodingConfig;
import io.stemspark.internal.process.ChildJvm;
import io.stemspark.internal.process.DaemonThreads;
import io.stemspark.internal.process.LastWords;
import io.stemspark.internal.process.Watchdog;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.bytedeco.ffmpeg.global.avutil;

/** In the parent: a child, the pipes to it, and why it ended. */
final class ChildProcess implements AutoCloseable {
  private static final int BUFFER_BYTES = 1 << 12;
  private static final int HEAP_MEBIBYTES = 64;
  private static final int PATIENCE_SECONDS = 5;
  private static final long CLOCK_PERIOD_MILLIS = 100;
  private static final long NEVER = Long.MAX_VALUE;

  /** Looks at all children periodically: an alarm for every message would cost more. */
  private static final ScheduledExecutorService CLOCK =
      Executors.newSingleThreadScheduledExecutor(DaemonThreads.named("decoding-clock"));

  /** Exit codes of processes that SIGHUP, SIGINT, SIGKILL or SIGTERM has ended. */
  private static final Set<Integer> SIGNALS = Set.of(129, 130, 137, 143);

  final DecodingConfig config;
  private final Process process;
  private final Path memoryFile;
  final ByteBuffer memory;
  final DataInputStream in;
  final DataOutputStream out;
  private final LastWords lastWords;
  private final Future<?> clock;

  /** When time is up, counted from {@link #start}; {@link #NEVER} while no limit applies. */
  private volatile long endNanos = NEVER;

  private final long start = System.nanoTime();
  private volatile boolean outOfTime;
  private boolean ready;
  private volatile boolean ended;

  ChildProcess(DecodingConfig config) throws IOException {
    this.config = config;
    memoryFile = SharedMemory.create();
    try {
      memory = SharedMemory.map(memoryFile);
      process = start(config, memoryFile);
    } catch (IOException | RuntimeException e) {
      Files.deleteIfExists(memoryFile);
      throw e;
    }
    in = new DataInputStream(new BufferedInputStream(process.getInputStream(), BUFFER_BYTES));
    out = new DataOutputStream(new BufferedOutputStream(process.getOutputStream(), BUFFER_BYTES));
    lastWords = new LastWords(process);
    clock =
        CLOCK.scheduleWithFixedDelay(
            this::look, CLOCK_PERIOD_MILLIS, CLOCK_PERIOD_MILLIS, TimeUnit.MILLISECONDS);
  }

  private static Process start(DecodingConfig config, Path memoryFile) throws IOException {
    return ChildJvm.builder(
            HEAP_MEBIBYTES,
            List.of(ChildJvm.resource(avutil.class), ChildJvm.library("ffmpeg", "jniavutil")),
            DecoderMain.class,
            List.of(String.valueOf((long) config.memoryMebibytes() << 20), memoryFile.toString()))
        .start();
  }

  /**
   * Waits until the child has loaded FFmpeg.
   *
   * @throws IOException when the child does not start, which is no file's fault
   */
  void awaitReady() throws IOException {
    if (ready) {
      return;
    }
    endAfter(config.timeout());
    try {
      ready = in.readByte() == Message.READY;
    } catch (IOException e) {
      throw new IOException("The decoder does not start. " + reasonOfEnd(), e);
    } finally {
      stopClock();
      Files.deleteIfExists(memoryFile);
    }
  }

  boolean isAlive() {
    return process.isAlive();
  }

  long pid() {
    return process.pid();
  }

  /** Ends the child unless the clock is stopped within {@code time}. */
  void endAfter(Duration time) {
    endNanos = System.nanoTime() - start + time.toNanos();
  }

  void stopClock() {
    endNanos = NEVER;
  }

  private void look() {
    if (System.nanoTime() - start > endNanos) {
      outOfTime = true;
      kill();
    } else if (!process.isAlive()) {
      clock.cancel(false);
    }
  }

  /** Whether somebody else has ended the child, such as a scheduler or the kernel. */
  boolean wasKilled() {
    return !process.isAlive() && !ended && SIGNALS.contains(process.exitValue());
  }

  /** Ends the child and says, in a sentence, why it ended. */
  String reasonOfEnd() {
    try {
      // A child whose pipe has closed is about to end by itself, with a code that tells more.
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        kill();
      }
      int code = process.waitFor();
      lastWords.await();
      return reason(code);
    } catch (InterruptedException e) {
      kill();
      Thread.currentThread().interrupt();
      return "Decoding was interrupted.";
    }
  }

  private String reason(int code) {
    if (outOfTime) {
      return "Decoding takes more than %d seconds beyond the audio's own duration."
          .formatted(config.timeout().toSeconds());
    }
    if (code == ChildJvm.OUT_OF_HEAP) {
      return "Decoding takes more than its %d MiB of heap.".formatted(HEAP_MEBIBYTES);
    }
    if (code == Watchdog.TOO_MUCH_MEMORY) {
      return "Decoding takes more than %d MiB of memory.".formatted(config.memoryMebibytes());
    }
    return lastWords
        .crash()
        .map("The decoder crashed (%s)."::formatted)
        .orElse("The decoder ended with code %d: %s".formatted(code, lastWords));
  }

  /** Ends the child and whatever it has started, which would otherwise keep the pipes open. */
  private void kill() {
    ended = true;
    clock.cancel(false);
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }

  @Override
  public void close() {
    kill();
  }
}
