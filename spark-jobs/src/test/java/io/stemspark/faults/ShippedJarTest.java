package io.stemspark.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.stemspark.Demo;
import io.stemspark.TestBundle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The jar that ships, without Hadoop's settings that lie on the class path of tests. */
@Tag("integration")
class ShippedJarTest {
  @TempDir Path folder;

  @Test
  void pipesAndLinksThatLeadBackOrNowhereArePassedOver() throws IOException, InterruptedException {
    Path music = Files.createDirectory(folder.resolve("music"));
    Path clip = Demo.FOLDER.resolve("test/es-echo-mp3/mixture.mp3");
    Files.copy(clip, music.resolve("one.mp3"));
    Files.copy(clip, music.resolve("two.mp3"));
    Files.createSymbolicLink(music.resolve("again"), music);
    Files.createSymbolicLink(music.resolve("gone.mp3"), music.resolve("nowhere"));
    Path pipe = music.resolve("pipe.mp3");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    Path out = folder.resolve("out");
    Path bundle = TestBundle.write(folder.resolve("model.bundle"));
    Run.requireDone(
        folder.resolve("log"),
        List.of("separate", music.toString(), out.toString(), "--model", bundle.toString()));
    try (Stream<Path> tracks = Files.list(out)) {
      assertThat(tracks.map(track -> track.getFileName().toString()))
          .containsExactlyInAnyOrder("one", "two", "_stemspark");
    }
    assertThat(Files.readString(folder.resolve("log"))).contains("2 tracks separated");
  }
}
