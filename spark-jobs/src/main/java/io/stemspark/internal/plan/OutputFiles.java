package io.stemspark.internal.plan;

import io.stemspark.internal.corpus.AudioRule;
import io.stemspark.internal.journal.StoredFile;
import io.stemspark.internal.storage.FileTree;
import io.stemspark.internal.storage.Retries;
import io.stemspark.internal.storage.StagedFiles;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** What a plan has to know about the output folder. */
@FunctionalInterface
interface OutputFiles {
  /** Whether a file with the path and size of a row is there, or is stored to be published. */
  boolean isThere(StoredFile file);

  /** When a file that is there was last modified, in milliseconds since 1970. */
  default long modified(StoredFile file) {
    return Long.MIN_VALUE;
  }

  /**
   * The audio files in the folder of a place whose names differ from its name at most in the
   * extension and in upper or lower case.
   *
   * @param place in the output folder
   * @return when they were last modified, in milliseconds since 1970, by their paths
   */
  default Map<String, Long> namesakes(String place) {
    return Map.of();
  }

  static String withoutExtension(String path) {
    int dot = path.lastIndexOf('.');
    return dot > path.lastIndexOf('/') ? path.substring(0, dot) : path;
  }

  /** The files of a folder, given as a full URI. */
  static OutputFiles of(String output, Configuration configuration) throws IOException {
    StagedFiles staged = new StagedFiles(output, configuration);
    FileSystem storage = new Path(output).getFileSystem(configuration);
    return new OutputFiles() {
      @Override
      public boolean isThere(StoredFile file) {
        try {
          return staged.isThere(file.path(), file.bytes());
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }

      @Override
      public long modified(StoredFile file) {
        Path path = new Path(file.in(output));
        try {
          return Retries.call(() -> storage.getFileStatus(path)).getModificationTime();
        } catch (FileNotFoundException e) {
          return Long.MIN_VALUE; // It is stored to be published.
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }

      @Override
      public Map<String, Long> namesakes(String place) {
        String folder = StoredFile.folder(place);
        Path path = folder.isEmpty() ? new Path(output) : new Path(output + "/" + folder);
        Map<String, Long> found = new TreeMap<>();
        try {
          for (FileStatus status : FileTree.children(path, configuration)) {
            String name = status.getPath().getName();
            String other = folder.isEmpty() ? name : folder + "/" + name;
            if (status.isFile()
                && AudioRule.isAudioName(name)
                && withoutExtension(other).equalsIgnoreCase(withoutExtension(place))) {
              found.put(other, status.getModificationTime());
            }
          }
          return found;
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    };
  }
}
