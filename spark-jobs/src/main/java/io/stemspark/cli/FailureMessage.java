package io.stemspark.cli;

import io.stemspark.internal.text.Reason;
import io.stemspark.run.InputException;
import java.util.List;
import java.util.Locale;

/** What a user is told of a failure: what is wrong with the machine, where that is the cause. */
final class FailureMessage {
  /** What a message of the system means for the user. */
  private record Cause(String part, String advice) {}

  private static final List<Cause> CAUSES =
      List.of(
          new Cause(
              "too many open files",
              "The process may open too few files. Raise the limit (ulimit -n 4096)."),
          new Cause(
              "no space left on device",
              "A disk is full. Free some of it, or name another folder for temporary files:"
                  + " STEMSPARK_JAVA_OPTS=-Djava.io.tmpdir=FOLDER."),
          new Cause(
              "failed to map segment from shared object",
              "A native library cannot be loaded from a disk that is mounted noexec. Name another"
                  + " folder: XDG_CACHE_HOME=FOLDER."),
          new Cause(
              "unable to create native thread",
              "The system allows no more threads (ulimit -u, or the container's limit of"
                  + " processes)."),
          new Cause(
              "invalid_driver_memory",
              "The Java heap is too small for Spark. Unless it is told, Java takes a quarter of"
                  + " what the machine or container has. Give it more: STEMSPARK_JAVA_OPTS=-Xmx1g."));

  private FailureMessage() {}

  static String of(Throwable failure) {
    if (failure instanceof InputException) {
      return Reason.of(failure); // It names what cannot be used, and why.
    }
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      String text = String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT);
      for (Cause known : CAUSES) {
        if (text.contains(known.part)) {
          return "%s (%s)".formatted(known.advice, Reason.of(cause));
        }
      }
      if (cause instanceof OutOfMemoryError) {
        return "The Java heap of %d MiB is too small. Give it more: STEMSPARK_JAVA_OPTS=-Xmx4g. (%s)"
            .formatted(Runtime.getRuntime().maxMemory() >> 20, Reason.of(cause));
      }
    }
    return failure instanceof LinkageError
        ? "A library cannot be loaded: " + Reason.of(root(failure))
        : Reason.of(failure);
  }

  private static Throwable root(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root;
  }
}
