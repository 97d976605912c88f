package io.stemspark.jobs.steps;

import io.stemspark.jobs.corpus.Track;
import io.stemspark.jobs.ledger.Fingerprint;
import io.stemspark.jobs.ledger.PublishPermit;
import io.stemspark.jobs.storage.FileTree;
import io.stemspark.jobs.storage.OutputLayout;
import io.stemspark.jobs.storage.Retries;
import io.stemspark.separation.Piece;
import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * Where pieces of tracks wait until all are there. Their names say what they are of, so that a run
 * which takes the place of a killed one finds those that are done.
 */
public final class PieceFiles {
  private PieceFiles() {}

  static Path of(SeparationTask task, Track track, Piece piece) {
    // More than a fingerprint has: of one track's pieces not even the rounding may differ.
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
        task.output(), "%s/%s/%d-%d.wav".formatted(OutputLayout.CHUNKS, hash, piece.from(), piece.to()));
  }

  static boolean isThere(Path piece, Configuration configuration) throws IOException {
    return Retries.call(() -> piece.getFileSystem(configuration).exists(piece));
  }

  /**
   * Deletes all pieces.
   *
   * @param permit is asked when they are known: those of a later run stay
   */
  public static void discardAll(String output, PublishPermit permit, Configuration configuration)
      throws IOException {
    FileTree.delete(new Path(output, OutputLayout.CHUNKS), permit, configuration);
  }
}
