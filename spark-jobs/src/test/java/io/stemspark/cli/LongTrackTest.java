package io.stemspark.cli;

import static io.stemspark.cli.Result.run;
import static org.assertj.core.api.Assertions.assertThat;

import io.stemspark.Demo;
import io.stemspark.TestBundle;
import io.stemspark.audio.AudioWriter;
import io.stemspark.audio.Container;
import io.stemspark.audio.Encoding;
import io.stemspark.audio.FfmpegWriter;
import io.stemspark.audio.Tags;
import io.stemspark.audio.Waveform;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A track that outweighs the rest of the catalogue is done by several tasks. */
class LongTrackTest {
  private static final int SECONDS = 110;

  @TempDir Path folder;
  private Path music;
  private Path bundle;
  private final Set<String> pieces = new ConcurrentSkipListSet<>();

  @BeforeEach
  void prepare() throws IOException {
    bundle = TestBundle.write(folder.resolve("model.bundle"));
    music = Files.createDirectory(folder.resolve("music"));
    Files.copy(Demo.FOLDER.resolve("test/es-echo-mp3/mixture.mp3"), music.resolve("short.mp3"));
    Waveform clip = Demo.read(Demo.FOLDER.resolve("train/it-wrong/mixture.flac"));
    try (AudioWriter writer =
        FfmpegWriter.create(
            music.resolve("long.wav"), Encoding.of(Container.WAV), clip.format(), Tags.NONE)) {
      for (int done = 0; done < SECONDS * clip.format().sampleRate(); done += clip.length()) {
        writer.write(clip.samples(), clip.length());
      }
    }
  }

  @Test
  void piecesGiveTheSameStems() throws Exception {
    Path whole = folder.resolve("whole");
    assertThat(separate(whole, "local[1]").code()).isZero();
    Path cut = folder.resolve("cut");
    watch(cut.resolve("_stemspark/pieces"), () -> separate(cut, "local[2]"));
    assertThat(pieces).hasSizeGreaterThan(3);
    for (String stem : new String[] {"vocals.wav", "accompaniment.wav"}) {
      assertThat(cut.resolve("long").resolve(stem))
          .hasSameBinaryContentAs(whole.resolve("long").resolve(stem));
    }
    assertThat(cut.resolve("_stemspark/pieces")).doesNotExist();
    assertThat(separate(cut, "local[2]").text()).contains("0 tracks separated, 2 already done");
  }

  @Test
  void aDamagedLongTrackFailsWithItsReason() throws IOException {
    byte[] bytes = Files.readAllBytes(music.resolve("long.wav"));
    Files.write(
        music.resolve("long.wav"), java.util.Arrays.copyOf(bytes, bytes.length - 1_000_000));
    Result result = separate(folder.resolve("out"), "local[2]");
    assertThat(result.code()).as(result.text()).isEqualTo(Stemspark.SOME_TRACKS_FAILED);
    assertThat(result.text()).contains("failed long: ").contains("1 tracks separated, 1 failed");
  }

  private Result separate(Path out, String master) {
    return run(
        "separate",
        music.toString(),
        out.toString(),
        "--model",
        bundle.toString(),
        "--master",
        master);
  }

  private interface Work {
    Result run() throws IOException;
  }

  private void watch(Path place, Work work) throws Exception {
    ScheduledExecutorService watcher = Executors.newSingleThreadScheduledExecutor();
    try {
      var unused = watcher.scheduleWithFixedDelay(() -> look(place), 0, 20, TimeUnit.MILLISECONDS);
      Result result = work.run();
      assertThat(result.code()).as(result.text()).isZero();
    } finally {
      watcher.shutdownNow();
    }
  }

  private void look(Path place) {
    try (Stream<Path> files = Files.walk(place)) {
      files.map(Path::toString).filter(file -> file.endsWith(".wav")).forEach(pieces::add);
    } catch (IOException | java.io.UncheckedIOException e) {
      return; // Not there yet, or no longer.
    }
  }
}
