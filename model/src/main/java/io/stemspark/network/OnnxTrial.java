package io.stemspark.network;

import ai.onnxruntime.OrtSession;
import io.stemspark.patch.PatchConfig;
import io.stemspark.runtime.ChildJvm;
import io.stemspark.runtime.LastWords;
import io.stemspark.runtime.NativeLibraries;
import io.stemspark.runtime.Watchdog;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import onnx.Onnx;
import org.nd4j.shade.protobuf.ByteString;

/**
 * Tries networks in a process of its own: a model may be made so that ONNX Runtime crashes on it,
 * hangs or takes all memory. What has gone well there is loaded here.
 */
public final class OnnxTrial implements AutoCloseable {
  /** Loading a model, and running it on three patches. */
  private static final Duration LIMIT = Duration.ofMinutes(10);

  private static final int MOST_MEBIBYTES = 16 << 10;
  private static final int HEAP_MEBIBYTES = 1 << 10;
  private static final int PATIENCE_SECONDS = 5;
  private static final String TRIED = "tried";

  private Process child;
  private DataInputStream in;
  private DataOutputStream out;
  private LastWords lastWords;
  private volatile boolean outOfTime;

  /**
   * Tries a network, unless this program has done so before on this machine.
   *
   * @throws IllegalArgumentException that says what is wrong with it
   */
  public static void require(byte[] model, NetworkSpec spec) {
    Path mark = mark(model, spec);
    if (Files.exists(mark)) {
      return;
    }
    try (OnnxTrial trial = new OnnxTrial()) {
      trial.run(model, spec);
    }
    try {
      Files.createDirectories(mark.getParent());
      Files.createFile(mark);
    } catch (FileAlreadyExistsException e) {
      return; // Another process has tried it too.
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The folder is this user's alone, and of this build, so of one version of ONNX Runtime. */
  private static Path mark(byte[] model, NetworkSpec spec) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(spec.toString().getBytes(StandardCharsets.UTF_8));
      String name = HexFormat.of().formatHex(digest.digest(model));
      return NativeLibraries.folder().resolve(TRIED).resolve(name);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /**
   * Tries a network.
   *
   * @throws IllegalArgumentException that says what is wrong with it
   */
  public void run(byte[] model, NetworkSpec spec) {
    OnnxCheck.requireSafe(model);
    String reason;
    try {
      if (child == null) {
        start();
      }
      Future<?> alarm =
          OnnxNetwork.CLOCK.schedule(this::endForTime, LIMIT.toSeconds(), TimeUnit.SECONDS);
      try {
        send(model, spec);
        reason = in.readUTF();
      } finally {
        alarm.cancel(false);
      }
    } catch (IOException e) {
      reason = reasonOfEnd(e);
    }
    if (!reason.isEmpty()) {
      throw new IllegalArgumentException(reason);
    }
  }

  private void start() throws IOException {
    child =
        ChildJvm.builder(
                HEAP_MEBIBYTES,
                List.of(
                    ChildJvm.resource(OrtSession.class),
                    ChildJvm.resource(Onnx.class),
                    ChildJvm.resource(ByteString.class)),
                TrialMain.class,
                List.of(String.valueOf((long) MOST_MEBIBYTES << 20)))
            .start();
    outOfTime = false;
    in = new DataInputStream(new BufferedInputStream(child.getInputStream()));
    out = new DataOutputStream(new BufferedOutputStream(child.getOutputStream()));
    lastWords = new LastWords(child);
  }

  private void send(byte[] model, NetworkSpec spec) throws IOException {
    out.writeUTF(spec.input().name());
    out.writeUTF(spec.output().name());
    out.writeUTF(spec.stem().name());
    out.writeInt(spec.channels());
    out.writeInt(spec.patch().frames());
    out.writeInt(spec.patch().bins());
    out.writeUTF(spec.axes().name());
    out.writeDouble(spec.inputScale());
    out.writeDouble(spec.outputScale());
    out.writeInt(model.length);
    out.write(model);
    out.flush();
  }

  /** In the child: what {@link #send} has sent of the network's description. */
  static NetworkSpec receive(DataInputStream in) throws IOException {
    return new NetworkSpec(
        NetworkSpec.Input.valueOf(in.readUTF()),
        NetworkSpec.Output.valueOf(in.readUTF()),
        NetworkSpec.Stem.valueOf(in.readUTF()),
        in.readInt(),
        new PatchConfig(in.readInt(), in.readInt()),
        NetworkSpec.Axes.valueOf(in.readUTF()),
        in.readDouble(),
        in.readDouble());
  }

  private void endForTime() {
    outOfTime = true;
    child.destroyForcibly();
  }

  /** Why the child has gone; the next network gets another. */
  private String reasonOfEnd(IOException failure) {
    if (child == null) {
      throw new IllegalStateException("Networks cannot be tried: " + failure.getMessage(), failure);
    }
    Process ended = child;
    close();
    try {
      lastWords.await();
      return reason(ended.waitFor());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "its trial was interrupted";
    }
  }

  private String reason(int code) {
    if (outOfTime) {
      return "it takes more than %d seconds to load and to run".formatted(LIMIT.toSeconds());
    }
    if (code == Watchdog.TOO_MUCH_MEMORY) {
      return "it takes more than %d MiB of memory".formatted(MOST_MEBIBYTES);
    }
    if (code == ChildJvm.OUT_OF_HEAP) {
      return "it takes more than the %d MiB of heap for its trial".formatted(HEAP_MEBIBYTES);
    }
    return lastWords
        .crash()
        .map(crash -> "it makes ONNX Runtime crash: " + crash)
        .orElse("its trial ended with code %d: %s".formatted(code, lastWords));
  }

  @Override
  public void close() {
    if (child != null) {
      try {
        // A child that has crashed is still writing why.
        out.close();
        if (!child.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
          child.destroyForcibly();
        }
      } catch (IOException e) {
        child.destroyForcibly();
      } catch (InterruptedException e) {
        child.destroyForcibly();
        Thread.currentThread().interrupt();
      }
      child = null;
    }
  }
}
