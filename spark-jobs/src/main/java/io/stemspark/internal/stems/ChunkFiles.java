package io.stemspark.internal.stems;

import io.stemspark.internal.corpus.Track;
import io.stemspark.internal.journal.Fingerprint;
import io.stemspark.internal.separation.Chunk;
import io.stemspark.internal.storage.FileTree;
import io.stemspark.internal.storage.OutputLayout;
import io.stemspark.internal.storage.PublishPermit;
import io.stemspark.internal.storage.Retries;
import io.stemspark.network.Stem;
import java.io.IOException;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * The files of finished chunks, which wait until all chunks of their track are there. A file's name
 * says what the chunk depends on, so that a run which replaces a killed one finds the chunks that
 * are done.
 */
public final class ChunkFiles {
  private ChunkFiles() {}

  /** The file of a stem's estimate. */
  static Path of(SeparationContract task, Track track, Chunk chunk, Stem stem) {
    // This is more than a fingerprint has: the chunks of a track may not even differ in rounding.
    Fingerprint fingerprint = task.fingerprint(track);
    String dependsOn =
        String.join(
            "\n",
            track.id(),
            fingerprint.input(),
            fingerprint.model(),
            fingerprint.settings(),
            task.separation().engine().name(),
            String.valueOf(task.separation().batchPatches()),
            String.valueOf(task.threads()));
    String hash = Fingerprint.hash(dependsOn);
    return new Path(
        task.output(),
        "%s/%s/%d-%d.%s.wav".formatted(OutputLayout.CHUNKS, hash, chunk.from(), chunk.to(), stem));
  }

  static boolean areThere(List<Path> files, Configuration configuration) throws IOException {
    for (Path file : files) {
      if (!isThere(file, configuration)) {
        return false;
      }
    }
    return true;
  }

  private static boolean isThere(Path file, Configuration configuration) throws IOException {
    return Retries.call(() -> file.getFileSystem(configuration).exists(file));
  }

  /**
   * Deletes all chunks.
   *
   * @param permit is asked after the chunks have been listed, so that those of a later run stay
   */
  public static void discardAll(String output, PublishPermit permit, Configuration configuration)
      throws IOException {
    FileTree.delete(new Path(output, OutputLayout.CHUNKS), permit, configuration);
  }
}
