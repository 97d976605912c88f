package io.stemspark.internal.pipeline;

import io.stemspark.internal.journal.JournalEntry;
import io.stemspark.internal.journal.JournalParts;
import io.stemspark.internal.journal.RunJournal;
import io.stemspark.internal.journal.StoredFile;
import io.stemspark.internal.lease.Fence;
import io.stemspark.internal.storage.StagedFiles;
import io.stemspark.internal.text.SafeText;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.SerializableConfiguration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends a run: gathers the rows of its tasks into few files, and publishes what the tasks have
 * stored out of sight.
 *
 * @param fence of the run that ends
 * @param parts of the journal that are gathered
 */
public record RunCommitter(
    JavaSparkContext context,
    Broadcast<SerializableConfiguration> hadoop,
    Fence fence,
    List<String> parts) {
  private static final Logger LOG = LoggerFactory.getLogger(RunCommitter.class);
  private static final int PARTS_PER_GATHERED_FILE = 100;

  /** The parts of an output folder's journal that are not gathered yet. */
  public static List<String> open(String output, Configuration configuration) throws IOException {
    return RunJournal.parts(output, configuration).stream().filter(RunJournal::isOpen).toList();
  }

  public boolean isEmpty() {
    return parts.isEmpty();
  }

  /**
   * Paths of the files that the rows name, where rows may be lost of other tracks in these files:
   * in parts of other runs, which were killed, and of tasks that had several attempts.
   */
  public Set<String> doubtfulFiles() throws IOException {
    Set<String> files = new TreeSet<>();
    String own = RunJournal.folder(fence.output()) + "/" + fence.run() + "/";
    Configuration configuration = context.hadoopConfiguration();
    for (String part : parts) {
      if (!part.startsWith(own) || RunJournal.attempts(part, configuration) > 1) {
        RunJournal.readTask(new Path(part), configuration).stream()
            .filter(JournalEntry::isDone)
            .flatMap(row -> row.outputs().stream())
            .forEach(file -> files.add(file.path()));
      }
    }
    return files;
  }

  /** Gathers the rows into few files. */
  public void gather() throws IOException {
    gather(false);
  }

  /**
   * Gathers the rows into few files, and publishes all files that they name. Deletes stored files
   * that no row names, such as those of an attempt that another one overtook.
   *
   * @throws IOException when some of these files are missing; the next run does their tracks again
   */
  public void publish() throws IOException {
    Set<String> lost = new HashSet<>(gather(true));
    Configuration configuration = context.hadoopConfiguration();
    new StagedFiles(fence.output(), configuration)
        .discardAll(() -> fence.requireHeld(configuration));
    if (!lost.isEmpty()) {
      lost.removeAll(doneAmong(lost));
    }
    if (!lost.isEmpty()) {
      throw new IOException(
          ("%s: The stored files of %d tracks are missing, for example those of %s."
                  + " Start the run again to do these tracks.")
              .formatted(fence.output(), lost.size(), lost.iterator().next()));
    }
  }

  private List<String> doneAmong(Set<String> ids) throws IOException {
    return JournalParts.of(context, hadoop, fence.output())
        .rows(row -> Optional.of(row.trackId()).filter(id -> row.isDone() && ids.contains(id)))
        .collect();
  }

  /** Returns the ids of tracks whose files are missing. */
  private List<String> gather(boolean publish) throws IOException {
    int groups = (parts.size() + PARTS_PER_GATHERED_FILE - 1) / PARTS_PER_GATHERED_FILE;
    if (groups == 0) {
      return List.of();
    }
    if (groups == 1 && context.isLocal()) {
      // In this process either way, and a Spark job would take longer.
      return gatherGroup(parts, publish, fence, context.hadoopConfiguration());
    }
    Broadcast<SerializableConfiguration> configuration = hadoop;
    Fence held = fence;
    return context
        .parallelize(parts, groups)
        .mapPartitions(
            group -> {
              List<String> own = new ArrayList<>();
              group.forEachRemaining(own::add);
              return gatherGroup(own, publish, held, configuration.value().value()).iterator();
            })
        .collect();
  }

  /** Gathers the rows of this run and of killed runs before without Spark. */
  public static void gatherHere(Fence fence, Configuration configuration) throws IOException {
    List<String> open = open(fence.output(), configuration);
    if (!open.isEmpty()) {
      gatherGroup(open, false, fence, configuration);
    }
  }

  /**
   * Gathers some parts. Their rows are read only once, so that exactly the files that the gathered
   * rows name are published.
   *
   * @return ids of tracks whose rows were dropped because their files are missing
   */
  private static List<String> gatherGroup(
      List<String> parts, boolean publish, Fence fence, Configuration configuration)
      throws IOException {
    Map<String, List<JournalEntry>> tasks = new TreeMap<>();
    for (String part : parts) {
      tasks.put(part, new ArrayList<>(RunJournal.readTask(new Path(part), configuration)));
    }
    fence.requireHeld(configuration);
    List<String> lost =
        publish
            ? publish(tasks.values(), new StagedFiles(fence.output(), configuration))
            : List.of();
    RunJournal.gather(fence.output(), fence.run(), tasks, configuration);
    return lost;
  }

  private static List<String> publish(Collection<List<JournalEntry>> tasks, StagedFiles staged)
      throws IOException {
    Map<StoredFile, Boolean> files = new HashMap<>();
    List<String> lost = new ArrayList<>();
    for (List<JournalEntry> rows : tasks) {
      for (Iterator<JournalEntry> all = rows.iterator(); all.hasNext(); ) {
        JournalEntry row = all.next();
        boolean isThere = true;
        for (StoredFile file : row.isDone() ? row.outputs() : List.<StoredFile>of()) {
          if (!files.containsKey(file)) {
            files.put(file, staged.publish(file.path(), file.bytes()));
          }
          isThere &= files.get(file);
        }
        if (!isThere) {
          LOG.warn("The stored files of track {} are missing.", SafeText.line(row.trackId()));
          all.remove();
          lost.add(row.trackId());
        }
      }
    }
    return lost;
  }
}
