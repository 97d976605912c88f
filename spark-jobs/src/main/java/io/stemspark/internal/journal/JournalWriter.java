package io.stemspark.internal.journal;

import io.stemspark.internal.storage.AtomicFiles;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.util.ShutdownHookManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes a task's rows. A file holds the rows of a few seconds at first, and later those of a
 * minute. A process that is told to end writes its remaining rows first. One that is killed loses
 * those of its last file, and their tracks are done again.
 */
public final class JournalWriter implements AutoCloseable {
  private static final long FIRST_PERIOD_NANOS = 4_000_000_000L;
  private static final long LAST_PERIOD_NANOS = 60_000_000_000L;

  /** Runs before Spark closes its context, at 40 or 50, and Hadoop its file systems, at 10. */
  private static final int PRIORITY = 100;

  private static final Logger LOG = LoggerFactory.getLogger(JournalWriter.class);
  private static final Set<JournalWriter> OPEN = ConcurrentHashMap.newKeySet();

  static {
    ShutdownHookManager.get().addShutdownHook(JournalWriter::closeAll, PRIORITY);
  }

  private final Path folder;
  private final Configuration configuration;
  private final ByteArrayOutputStream lines = new ByteArrayOutputStream();
  private long lastWrite = System.nanoTime();
  private long period = FIRST_PERIOD_NANOS;

  public JournalWriter(Path folder, Configuration configuration) {
    this.folder = folder;
    this.configuration = configuration;
    OPEN.add(this);
  }

  /** Adds a row. It is written with the first row that comes after the period, or at the end. */
  public synchronized void add(JournalEntry row) throws IOException {
    lines.write(RunJournal.MAPPER.writeValueAsBytes(row));
    lines.write('\n');
    if (System.nanoTime() - lastWrite > period) {
      write();
      period = Math.min(LAST_PERIOD_NANOS, 2 * period);
    }
  }

  private void write() throws IOException {
    if (lines.size() > 0) {
      Path file = new Path(folder, "rows-" + UUID.randomUUID() + ".jsonl");
      AtomicFiles.write(file, configuration, lines::writeTo);
      lines.reset();
    }
    lastWrite = System.nanoTime();
  }

  private static void closeAll() {
    for (JournalWriter writer : OPEN) {
      try {
        writer.close();
      } catch (IOException e) {
        // The others have rows too.
        LOG.error("Rows of {} are lost. Their tracks will be done again.", writer.folder, e);
      }
    }
  }

  /** Writes the rest, even on the thread of a task that has been cancelled. */
  @Override
  public synchronized void close() throws IOException {
    boolean interrupted = Thread.interrupted();
    try {
      write();
    } finally {
      OPEN.remove(this);
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
