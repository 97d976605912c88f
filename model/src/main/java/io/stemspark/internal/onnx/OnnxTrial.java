package io.stemspark.internal.onnx;

import ai.onnxruntime.OrtSession;
import com.google.protobuf.ByteString;
import com.sun.management.OperatingSystemMXBean;
import io.stemspark.internal.onnx.proto.ModelProto;
import io.stemspark.internal.process.ChildJvm;
import io.stemspark.internal.process.LastWords;
import io.stemspark.internal.process.NativeLibraries;
import io.stemspark.internal.process.Watchdog;
import io.stemspark.network.NetworkSpec;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Tries networks in a process of its own: a model may be made so that ONNX Runtime crashes on it,
 * hangs or takes all memory. Only what ran well there is loaded in this process.
 */
public final class OnnxTrial implements AutoCloseable {
  private static final int MEBIBYTE = 1 << 20;

  /** Heap of the child, in addition to twice the model: it is not all in one piece. */
  private static final int HEAP_MEBIBYTES = 512;

  private static final int MAX_MEBIBYTES = 16 << 10;
  private static final int PATIENCE_SECONDS = 5;
  private static final String TRIED = "tried";

  /** Exit codes of processes that SIGINT, SIGKILL or SIGTERM has ended. */
  private static final Set<Integer> SIGNALS = Set.of(130, 137, 143);

  /** Time for a trial; the project's default network, of 125 MB, takes 5 seconds. */
  private static final Duration LIMIT = Duration.ofMinutes(2);

  /** Of a large model, a second is added for so many bytes. */
  private static final int BYTES_PER_SECOND = 2 * MEBIBYTE;

  private final Duration limit;
  private Child child;

  /** A process, the pipes to it, and what becomes of it. */
  private static final class Child {
    final Process process;
    final int heapMebibytes;
    final DataInputStream in;
    final DataOutputStream out;
    final LastWords lastWords;
    boolean ready;
    volatile boolean outOfTime;

    Child(Process process, int heapMebibytes) {
      this.process = process;
      this.heapMebibytes = heapMebibytes;
      this.in = new DataInputStream(new BufferedInputStream(process.getInputStream()));
      this.out = new DataOutputStream(new BufferedOutputStream(process.getOutputStream()));
      this.lastWords = new LastWords(process);
    }

    void endForTime() {
      outOfTime = true;
      process.destroyForcibly();
    }
  }

  /**
   * @param limit time to load a model, and to run it on three patches
   */
  public OnnxTrial(Duration limit) {
    this.limit = limit;
  }

  /**
   * Tries a network, unless this user has tried it before on this machine with this ONNX Runtime.
   *
   * @param model an ONNX file's bytes
   * @param hash of these bytes, which has been checked
   * @throws IllegalArgumentException that says what is wrong with it
   * @throws IllegalStateException when this machine can try none
   */
  public static void require(byte[] model, String hash, NetworkSpec spec) {
    Tensors tensors = Tensors.of(spec);
    Path mark = mark(hash, tensors);
    if (Files.exists(mark)) {
      return;
    }
    Duration limit = LIMIT.plusSeconds(model.length / BYTES_PER_SECOND);
    try (OnnxTrial trial = new OnnxTrial(limit)) {
      trial.run(model, tensors);
    }
    create(mark);
  }

  /** The mark lies with native libraries: whoever can write there decides what is loaded. */
  private static Path mark(String hash, Tensors tensors) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      String tried = String.join(" ", tensors.toString(), OnnxNetwork.library().toString(), hash);
      String name = HexFormat.of().formatHex(digest.digest(tried.getBytes(StandardCharsets.UTF_8)));
      return NativeLibraries.folder().resolve(TRIED).resolve(name);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every JDK has SHA-256.", e);
    }
  }

  private static void create(Path mark) {
    try {
      Files.createDirectories(mark.getParent());
      Files.createFile(mark);
    } catch (IOException e) {
      return; // Another process has tried it too, or the folder takes no files: it is tried again.
    }
  }

  /**
   * Tries a network.
   *
   * @throws IllegalArgumentException that says what is wrong with it
   * @throws IllegalStateException when this machine can try none
   */
  public void run(byte[] model, NetworkSpec spec) {
    run(model, Tensors.of(spec));
  }

  private void run(byte[] model, Tensors tensors) {
    OnnxCheck.requireSafe(model);
    String reason;
    try {
      Child tried = child(HEAP_MEBIBYTES + 2 * (model.length / MEBIBYTE));
      Future<?> alarm = alarm(tried, limit);
      try {
        send(model, tensors, tried.out);
        reason = tried.in.readUTF();
      } finally {
        alarm.cancel(false);
      }
      if (tried.outOfTime) {
        close(); // The answer came with the alarm.
      }
    } catch (IOException e) {
      reason = reasonOfEnd(e);
    }
    if (!reason.isEmpty()) {
      throw new IllegalArgumentException(reason);
    }
  }

  /** A child that has loaded ONNX Runtime and has at least this much heap. */
  private Child child(int heapMebibytes) throws IOException {
    if (child != null && child.heapMebibytes < heapMebibytes) {
      close();
    }
    if (child == null) {
      child = new Child(start(heapMebibytes), heapMebibytes);
      Future<?> alarm = alarm(child, LIMIT);
      try {
        child.in.readUTF();
      } finally {
        alarm.cancel(false);
      }
      child.ready = true;
    }
    return child;
  }

  private static Future<?> alarm(Child child, Duration limit) {
    return CallLimit.CLOCK.schedule(child::endForTime, limit.toMillis(), TimeUnit.MILLISECONDS);
  }

  private static Process start(int heapMebibytes) throws IOException {
    return ChildJvm.builder(
            heapMebibytes,
            List.of(
                ChildJvm.resource(OrtSession.class),
                ChildJvm.resource(ModelProto.class),
                ChildJvm.resource(ByteString.class)),
            TrialMain.class,
            List.of(String.valueOf(mostBytes()), OnnxNetwork.library().getParent().toString()))
        .start();
  }

  /** Less than a small machine or container has, so that the system need not end a process. */
  private static long mostBytes() {
    long limit = (long) MAX_MEBIBYTES * MEBIBYTE;
    return ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system
        ? Math.min(limit, system.getTotalMemorySize() / 4 * 3)
        : limit;
  }

  private static void send(byte[] model, Tensors tensors, DataOutputStream out) throws IOException {
    tensors.write(out);
    out.writeInt(model.length);
    out.write(model);
    out.flush();
  }

  /** Why the child has ended; the next network gets another. */
  private String reasonOfEnd(IOException failure) {
    if (child == null) {
      throw new IllegalStateException("Networks cannot be tried: " + failure.getMessage(), failure);
    }
    Child ended = child;
    close();
    try {
      ended.lastWords.await();
      return reason(ended, ended.process.waitFor());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("The trial of a network was interrupted.", e);
    }
  }

  private String reason(Child ended, int code) {
    if (ended.outOfTime && ended.ready) {
      return "The model takes more than %d seconds to load and to run."
          .formatted(limit.toSeconds());
    }
    if (!ended.ready || SIGNALS.contains(code)) {
      // No network is to blame.
      throw new IllegalStateException(
          "Networks cannot be tried. The process for it ended with code %d: %s"
              .formatted(code, ended.lastWords));
    }
    if (code == Watchdog.TOO_MUCH_MEMORY) {
      return "The model takes more than %d MiB of memory.".formatted(mostBytes() / MEBIBYTE);
    }
    if (code == ChildJvm.OUT_OF_HEAP) {
      return "The model takes more than the %d MiB of heap for its trial."
          .formatted(ended.heapMebibytes);
    }
    return ended
        .lastWords
        .crash()
        .map("The model makes ONNX Runtime crash (%s)."::formatted)
        .orElse("The trial of the model ended with code %d: %s".formatted(code, ended.lastWords));
  }

  @Override
  public void close() {
    if (child == null) {
      return;
    }
    try {
      child.out.close();
      // A child that has crashed is still writing why.
      if (!child.process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        child.process.destroyForcibly();
      }
    } catch (IOException e) {
      child.process.destroyForcibly(); // What it was to read is lost with it.
    } catch (InterruptedException e) {
      child.process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
    child = null;
  }

  /** For tests: the process that the next network is sent to, if there is one. */
  ProcessHandle process() {
    return child.process.toHandle();
  }
}
