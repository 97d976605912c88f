package io.stemspark.cli;

import io.stemspark.internal.storage.LocalPaths;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The arguments of this process, byte by byte: Java loses those that are no text in its locale. */
final class TypedArguments {
  private static final Path COMMAND_LINE = Path.of("/proc/self/cmdline");
  private static final char REPLACEMENT = '\uFFFD';

  private TypedArguments() {}

  /** The same with what Java has lost, where the system tells. */
  static String[] restored(String[] decoded) {
    String[] restored = decoded.clone();
    List<byte[]> typed = List.of();
    for (int i = 0; i < decoded.length; i++) {
      if (decoded[i].indexOf(REPLACEMENT) >= 0) {
        typed = typed.isEmpty() ? typed() : typed;
        int at = typed.size() - decoded.length + i;
        // Where another program started this one, the command line may hold other things.
        boolean same =
            at >= 0 && new String(typed.get(at), StandardCharsets.UTF_8).equals(decoded[i]);
        restored[i] = same ? LocalPaths.text(typed.get(at)) : decoded[i];
      }
    }
    return restored;
  }

  private static List<byte[]> typed() {
    List<byte[]> arguments = new ArrayList<>();
    try {
      ByteArrayOutputStream argument = new ByteArrayOutputStream();
      for (byte b : Files.readAllBytes(COMMAND_LINE)) {
        if (b == 0) {
          arguments.add(argument.toByteArray());
          argument.reset();
        } else {
          argument.write(b);
        }
      }
    } catch (IOException e) {
      return List.of(); // Not every system tells.
    }
    return arguments;
  }
}
