package io.stemspark.internal.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalFoldersTest {
  private static final int TIMES = 1000;

  /** As the last task to close does with the folder of temporary files. */
  @Test
  void otherTasksMayDeleteEmptyFoldersMeanwhile(@TempDir Path folder) throws Exception {
    Path shared = folder.resolve("shared");
    AtomicBoolean over = new AtomicBoolean();
    FutureTask<Integer> tidying = new FutureTask<>(() -> tidy(shared, over));
    Thread other = new Thread(tidying);
    other.start();
    try {
      for (int i = 0; i < TIMES; i++) {
        Path own = shared.resolve("own").resolve("inner");
        LocalFolders.create(own);
        Files.delete(own);
        Files.delete(own.getParent());
      }
    } finally {
      over.set(true);
      other.join();
    }
    assertThat(tidying.get()).as("deletions").isPositive();
  }

  private static int tidy(Path shared, AtomicBoolean over) throws IOException {
    int deleted = 0;
    int used = 0;
    while (!over.get()) {
      try {
        deleted += Files.deleteIfExists(shared) ? 1 : 0;
      } catch (DirectoryNotEmptyException e) {
        used++;
      }
    }
    return used == 0 ? 0 : deleted;
  }
}
