package io.stemspark.internal.process;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** In the parent: what a child writes to standard error, such as the JVM's report of a crash. */
public final class LastWords {
  private static final int MAX_LETTERS = 1 << 13;
  private static final int PATIENCE_SECONDS = 5;
  private static final Pattern CRASH =
      Pattern.compile("# +(SIG\\w+)[\\s\\S]*?# Problematic frame:\\R# +(.*)");

  private final StringBuilder words = new StringBuilder();
  private final Thread listener;

  /** Listens to a child until it ends. */
  public LastWords(Process child) {
    InputStream errors = child.getErrorStream();
    listener = DaemonThreads.named("child-errors").newThread(() -> listen(errors));
    listener.start();
  }

  private void listen(InputStream errors) {
    byte[] bytes = new byte[1 << 12];
    try (errors) {
      for (int n = errors.read(bytes); n >= 0; n = errors.read(bytes)) {
        add(new String(bytes, 0, n, StandardCharsets.UTF_8));
      }
    } catch (IOException e) {
      add(e.toString());
    }
  }

  private synchronized void add(String more) {
    // Everything is read, because the child would wait otherwise.
    if (words.length() < MAX_LETTERS) {
      words.append(more);
    }
  }

  /** Waits until all that a child wrote before it ended has been read. */
  public void await() throws InterruptedException {
    listener.join(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
  }

  /** The signal and the native frame of a crash, if there was one. */
  public synchronized Optional<String> crash() {
    Matcher crash = CRASH.matcher(words);
    return crash.find()
        ? Optional.of("%s at %s".formatted(crash.group(1), crash.group(2).strip()))
        : Optional.empty();
  }

  @Override
  public synchronized String toString() {
    return words.toString().strip();
  }
}
