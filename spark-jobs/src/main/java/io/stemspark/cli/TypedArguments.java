package io.stemspark.cli;

import io.stemspark.jobs.storage.LocalPaths;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
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
    List<String> typed = List.of();
    for (int i = 0; i < decoded.length; i++) {
      if (decoded[i].indexOf(REPLACEMENT) >= 0) {
        typed = typed.isEmpty() ? typed() : typed;
        int at = typed.size() - decoded.length + i;
        restored[i] = at < 0 ? decoded[i] : typed.get(at);
      }
    }
    return restored;
  }

  private static List<String> typed() {
    List<String> arguments = new ArrayList<>();
    try {
      ByteArrayOutputStream argument = new ByteArrayOutputStream();
      for (byte b : Files.readAllBytes(COMMAND_LINE)) {
        if (b == 0) {
          arguments.add(LocalPaths.text(argument.toByteArray()));
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
