package io.stemspark.internal.text;

import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.regex.Pattern;

/**
 * What a failure says to a person. Several of Java's own say no more than the name of a file, and
 * those of servers say where in the server's program they happened.
 */
public final class Reason {
  private static final Pattern STACK = Pattern.compile("\\R\\s+at [^\\r\\n]*");

  private Reason() {}

  /** The failure in words. */
  public static String of(Throwable failure) {
    if (failure.getMessage() == null) {
      return failure.toString();
    }
    String message = STACK.matcher(failure.getMessage()).replaceAll("").stripTrailing();
    String words = failure instanceof FileSystemException file ? words(file) : "";
    return words.isEmpty() || message.contains(words) ? message : message + ": " + words;
  }

  private static String words(FileSystemException failure) {
    if (failure instanceof AccessDeniedException) {
      return "permission denied";
    }
    if (failure instanceof NoSuchFileException) {
      return "no such file or folder";
    }
    if (failure instanceof NotDirectoryException) {
      return "not a folder";
    }
    if (failure instanceof FileAlreadyExistsException) {
      return "it is there already";
    }
    return failure instanceof DirectoryNotEmptyException ? "the folder is not empty" : "";
  }
}
