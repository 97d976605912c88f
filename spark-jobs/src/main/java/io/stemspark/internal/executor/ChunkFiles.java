package io.stemspark.internal.executor;

import io.stemspark.internal.corpus.Track;
import io.stemspark.internal.journal.Fingerprint;
import io.stemspark.internal.separation.Chunk;
import io.stemspark.internal.storage.FileTree;
import io.stemspark.internal.storage.OutputLayout;
import io.stemspark.internal.storage.PublishPermit;
import io.stemspark.internal.storage.Retries;
import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * Where chunks of tracks wait until all are there. Their names say what they are of, so that a run
 * which takes the place of a killed one finds those that are done.
 */
public final class ChunkFiles {
  private ChunkFiles() {}

  static Path of(SeparationContract task, Track track, Chunk chunk) {
    // More than a fingerprint has: of one track's chunks not even the rounding may differ.
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
        "%s/%s/%d-%d.wav".formatted(OutputLayout.CHUNKS, hash, chunk.from(), chunk.to()));
  }

  static boolean isThere(Path chunk, Configuration configuration) throws IOException {
    return Retries.call(() -> chunk.getFileSystem(configuration).exists(chunk));
  }

  /**
   * Deletes all chunks.
   *
   * @param permit is asked when they are known: those of a later run stay
   */
  public static void discardAll(String output, PublishPermit permit, Configuration configuration)
      throws IOException {
    FileTree.delete(new Path(output, OutputLayout.CHUNKS), permit, configuration);
  }
}
