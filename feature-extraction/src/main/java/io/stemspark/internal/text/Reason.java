package io.stemspark.internal.text;

import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The message of a failure, for a person. Several of Java's own exceptions only name a file; the
 * reason is added. Those of servers include the server's stack trace, which is left out.
 */
public final class Reason {
  private static final Pattern STACK = Pattern.compile("\\R\\s+at [^\\r\\n]*");

  private static final Map<Class<?>, String> WORDS =
      Map.of(
          AccessDeniedException.class, "Permission is denied.",
          NoSuchFileException.class, "It does not exist.",
          NotDirectoryException.class, "It is not a folder.",
          FileAlreadyExistsException.class, "It is there already.",
          DirectoryNotEmptyException.class, "The folder is not empty.");

  private Reason() {}

  /** The failure in words. */
  public static String of(Throwable failure) {
    if (failure.getMessage() == null) {
      return failure.toString();
    }
    String message = STACK.matcher(failure.getMessage()).replaceAll("").stripTrailing();
    String words =
        WORDS.keySet().stream()
            .filter(type -> type.isInstance(failure))
            .findFirst()
            .map(WORDS::get)
            .orElse("");
    return words.isEmpty() || message.contains(words) ? message : message + ": " + words;
  }
}
