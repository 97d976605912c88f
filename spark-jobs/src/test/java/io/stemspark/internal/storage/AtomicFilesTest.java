package io.stemspark.internal.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
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
}
