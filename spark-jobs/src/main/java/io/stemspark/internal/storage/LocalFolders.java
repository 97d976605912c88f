package io.stemspark.internal.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Creates local folders in places that other tasks tidy up. */
final class LocalFolders {
  private static final int ATTEMPTS = 100;

  private LocalFolders() {}

  /**
   * Creates a folder, and those above it. Java creates one after the other; another task may delete
   * one that is still empty before the next lies in it.
   */
  static void create(Path folder) throws IOException {
    for (int attempt = 1; ; attempt++) {
      try {
        Files.createDirectories(folder);
        return;
      } catch (NoSuchFileException e) {
        if (attempt == ATTEMPTS) {
          throw e;
        }
      }
    }
  }
}
