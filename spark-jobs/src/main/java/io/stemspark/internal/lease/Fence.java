package io.stemspark.internal.lease;

import io.stemspark.internal.storage.AtomicFiles;
import io.stemspark.internal.storage.OutputLayout;
import io.stemspark.internal.storage.Retries;
import java.io.IOException;
import java.io.Serializable;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * Lets the processes of a run find out whether the run still holds its output folder. It is sent to
 * executors; each check is one request to storage.
 *
 * @param output the output folder
 * @param run name of the run
 * @param number of its lease
 */
public record Fence(String output, String run, long number) implements Serializable {
  /**
   * Writes a whole file, unless a later run has taken the folder. Until it is whole, it lies where
   * that run deletes it.
   */
  public void write(Path file, Configuration configuration, AtomicFiles.Content content)
      throws IOException {
    Path temporary = new Path(output, OutputLayout.OWN);
    AtomicFiles.write(file, temporary, () -> requireHeld(configuration), configuration, content);
  }

  /**
   * Checks that no later run has taken the folder. It must be called right before something becomes
   * visible, is replaced or is deleted there.
   *
   * @throws LeaseLostException when one has
   */
  public void requireHeld(Configuration configuration) throws IOException {
    Path next = LeaseFile.path(output, number + 1);
    if (Retries.call(() -> next.getFileSystem(configuration).exists(next))) {
      throw new LeaseLostException(
          "Another run has taken over %s from run %s, which publishes nothing more (%s)."
              .formatted(output, run, next));
    }
  }
}
