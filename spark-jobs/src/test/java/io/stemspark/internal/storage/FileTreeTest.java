package io.stemspark.internal.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileTreeTest {
  @TempDir private Path folder;
  private Path songs;
  private Path link;

  @BeforeEach
  void makeFolders() throws IOException {
    songs = Files.createDirectory(folder.resolve("songs"));
    link = Files.createSymbolicLink(folder.resolve("link"), songs);
  }

  @Test
  void linksLeadInside() throws IOException {
    Files.createDirectory(songs.resolve("stems"));
    assertThat(isInside(link.resolve("stems"), songs)).isTrue();
    assertThat(isInside(songs.resolve("stems"), link)).isTrue();
    assertThat(isInside(songs, songs)).isTrue();
    assertThat(isInside(folder, songs)).isFalse();
  }

  @Test
  void whatIsNotThereYetLiesWhereItWouldBe() throws IOException {
    assertThat(isInside(link.resolve("new/stems"), songs)).isTrue();
    assertThat(isInside(folder.resolve("new/stems"), songs)).isFalse();
    assertThat(isInside(songs, folder.resolve("new"))).isFalse();
    assertThat(isInside(songs, songs.resolve("new"))).isFalse();
  }

  private static boolean isInside(Path file, Path outer) throws IOException {
    return FileTree.isInside(hadoop(file), hadoop(outer), new Configuration());
  }

  private static org.apache.hadoop.fs.Path hadoop(Path path) {
    return new org.apache.hadoop.fs.Path("file:" + path);
  }
}
