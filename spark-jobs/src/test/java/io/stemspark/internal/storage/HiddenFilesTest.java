package io.stemspark.internal.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HiddenFilesTest {
  @TempDir Path folder;

  @Test
  void whatKilledWritersLeftIsDeletedWhenItIsOld() throws IOException {
    Path old = Files.createFile(folder.resolve("." + UUID.randomUUID() + ".tmp"));
    Files.setLastModifiedTime(old, FileTime.from(Instant.now().minus(Duration.ofHours(1))));
    Path young = Files.createFile(folder.resolve("." + UUID.randomUUID() + ".tmp"));
    Path other = Files.createFile(folder.resolve(".mine.tmp"));
    Files.setLastModifiedTime(other, FileTime.from(Instant.EPOCH));
    HiddenFiles.deleteAbandoned(new org.apache.hadoop.fs.Path(folder.toUri()), new Configuration());
    assertThat(folder).isDirectoryContaining(young::equals).isDirectoryContaining(other::equals);
    assertThat(old).doesNotExist();
  }
}
