package io.stemspark.internal.onnx;

import io.stemspark.internal.process.Watchdog;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;

/** The child of {@link OnnxTrial}: runs each network that it is sent, and says what is wrong. */
final class TrialMain {
  private static final int MAX_LETTERS = 4000;

  private TrialMain() {}

  /** Takes the bytes of memory that this process may occupy, and the folder of ONNX Runtime. */
  public static void main(String[] arguments) throws IOException {
    // Standard output is the parent's; what a library prints must not get into it.
    System.setOut(System.err);
    Watchdog.start(Long.parseLong(arguments[0]));
    System.setProperty(OnnxNetwork.NATIVE_PATH, arguments[1]);
    DataInputStream in =
        new DataInputStream(new BufferedInputStream(new FileInputStream(FileDescriptor.in)));
    DataOutputStream out =
        new DataOutputStream(new BufferedOutputStream(new FileOutputStream(FileDescriptor.out)));
    OnnxNetwork.environment();
    // From here on, a failure is the network's.
    out.writeUTF("");
    out.flush();
    try {
      while (true) {
        Tensors tensors = Tensors.read(in);
        byte[] model = new byte[in.readInt()];
        in.readFully(model);
        out.writeUTF(reason(model, tensors));
        out.flush();
      }
    } catch (EOFException e) {
      return; // The parent has gone, or has no more networks.
    }
  }

  private static String reason(byte[] model, Tensors tensors) {
    try (OnnxNetwork network = OnnxNetwork.onCpu(model, tensors)) {
      OnnxCheck.requireRuns(network, tensors);
      return "";
    } catch (IllegalArgumentException | IllegalStateException e) {
      String reason = String.valueOf(e.getMessage());
      return reason.substring(0, Math.min(reason.length(), MAX_LETTERS));
    }
  }
}
