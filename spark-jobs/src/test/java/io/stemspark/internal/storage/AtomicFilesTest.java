package io.stemspark.internal.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.ipc.RemoteException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFilesTest {
  @TempDir Path folder;

  @Test
  void aFileThatCannotBeWrittenToItsEndIsNeverSeen() throws IOException {
    org.apache.hadoop.fs.Path file = new org.apache.hadoop.fs.Path(folder.toUri() + "/a");
    Configuration hadoop = new Configuration();
    AtomicFiles.write(file, hadoop, stream -> stream.write('1'));
    assertThatThrownBy(
            () ->
                AtomicFiles.write(
                    file,
                    hadoop,
                    stream -> {
                      stream.write('2');
                      throw new IOException("no more");
                    }))
        .hasMessageContaining("no more");
    assertThat(folder.resolve("a")).hasContent("1");
    try (Stream<Path> files = Files.walk(folder)) {
      assertThat(files.filter(Files::isRegularFile)).containsExactly(folder.resolve("a"));
    }
  }

  @Test
  void whatKilledWritersLeftIsDeletedWhenItIsOld() throws IOException {
    Path old = Files.createFile(folder.resolve("." + UUID.randomUUID() + ".tmp"));
    Files.setLastModifiedTime(old, FileTime.from(Instant.now().minus(Duration.ofHours(1))));
    Path young = Files.createFile(folder.resolve("." + UUID.randomUUID() + ".tmp"));
    Path other = Files.createFile(folder.resolve(".mine.tmp"));
    Files.setLastModifiedTime(other, FileTime.from(Instant.EPOCH));
    AtomicFiles.deleteAbandoned(new org.apache.hadoop.fs.Path(folder.toUri()), new Configuration());
    assertThat(folder).isDirectoryContaining(young::equals).isDirectoryContaining(other::equals);
    assertThat(old).doesNotExist();
  }

  /** HDFS says so in its server's words. */
  @Test
  void aFileThatWasDeletedWhileItWasWrittenIsToldFromOtherFailures() {
    assertThat(AtomicFiles.isMissingFile(new FileNotFoundException("gone"))).isTrue();
    assertThat(
            AtomicFiles.isMissingFile(
                new RemoteException("java.io.FileNotFoundException", "File does not exist")))
        .isTrue();
    assertThat(AtomicFiles.isMissingFile(new RemoteException("java.io.IOException", "full")))
        .isFalse();
    assertThat(AtomicFiles.isMissingFile(new IOException("full"))).isFalse();
  }
}
