package io.stemspark.cli;

import static io.stemspark.cli.Result.run;
import static org.assertj.core.api.Assertions.assertThat;

import io.stemspark.Demo;
import io.stemspark.TestBundle;
import io.stemspark.audio.AudioReader;
import io.stemspark.audio.AudioWriter;
import io.stemspark.audio.Container;
import io.stemspark.audio.Encoding;
import io.stemspark.audio.Tags;
import io.stemspark.internal.audio.Waveform;
import io.stemspark.internal.ffmpeg.FfmpegReader;
import io.stemspark.internal.ffmpeg.FfmpegWriter;
import io.stemspark.internal.journal.RunJournal;
import io.stemspark.separation.StemQuality;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A track that outweighs the rest of the catalogue is done by several tasks. */
@Tag("integration")
class LongTrackTest {
  private static final int SECONDS = 110;
  private static final FileTime LONG_AGO = FileTime.fromMillis(1_000_000_000_000L);

  @TempDir Path folder;
  private Path music;
  private Path bundle;
  private Path kept;
  private final Set<String> chunks = new ConcurrentSkipListSet<>();
  private final Set<FileTime> ages = new ConcurrentSkipListSet<>();

  @BeforeEach
  void prepare() throws IOException {
    bundle = TestBundle.write(folder.resolve("model.bundle"));
    music = Files.createDirectory(folder.resolve("music"));
    kept = folder.resolve("kept");
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
    assertThat(chunks).hasSizeGreaterThan(3);
    for (String stem : new String[] {"vocals.wav", "accompaniment.wav"}) {
      assertThat(cut.resolve("long").resolve(stem))
          .hasSameBinaryContentAs(whole.resolve("long").resolve(stem));
    }
    assertThat(cut.resolve("_stemspark/pieces")).doesNotExist();
    assertThat(qualities(cut)).hasSize(2).isEqualTo(qualities(whole));
    assertThat(separate(cut, "local[2]").text()).contains("0 tracks separated, 2 already done");
  }

  @Test
  void piecesOfAKilledRunAreNotDoneAgain() throws Exception {
    Path killed = folder.resolve("killed");
    watch(killed.resolve("_stemspark/pieces"), () -> separate(killed, "local[2]"));
    Path next = folder.resolve("next");
    for (Path chunk : saved()) {
      Path place = next.resolve("_stemspark/pieces").resolve(kept.relativize(chunk));
      Files.createDirectories(place.getParent());
      Files.copy(chunk, place);
      Files.setLastModifiedTime(place, LONG_AGO);
    }
    chunks.clear();
    ages.clear();
    watch(next.resolve("_stemspark/pieces"), () -> separate(next, "local[2]"));
    assertThat(chunks).hasSizeGreaterThan(3);
    assertThat(ages).containsOnly(LONG_AGO);
    assertThat(next.resolve("long/vocals.wav"))
        .hasSameBinaryContentAs(killed.resolve("long/vocals.wav"));
  }

  @Test
  void aTrackThatIsDamagedInTheMiddleFailsWithItsReason() throws IOException {
    Path flac = music.resolve("long.flac");
    try (AudioReader reader = FfmpegReader.open(music.resolve("long.wav"));
        AudioWriter writer =
            FfmpegWriter.create(flac, Encoding.of(Container.FLAC), reader.format(), Tags.NONE)) {
      float[][] block = new float[reader.format().channels()][1 << 14];
      // Loud noise does not compress: the file has to be large.
      Random random = new Random(1);
      for (int done = 0; done < SECONDS * reader.format().sampleRate(); done += block[0].length) {
        for (float[] channel : block) {
          for (int i = 0; i < channel.length; i++) {
            channel[i] = random.nextFloat() * 2 - 1;
          }
        }
        writer.write(block, block[0].length);
      }
    }
    Files.delete(music.resolve("long.wav"));
    byte[] bytes = Files.readAllBytes(flac);
    assertThat(bytes.length).isGreaterThan(16 << 20);
    Arrays.fill(bytes, bytes.length / 2, bytes.length / 2 + 100_000, (byte) 0);
    Files.write(flac, bytes);
    Result result = separate(folder.resolve("out"), "local[2]");
    assertThat(result.code()).as(result.text()).isEqualTo(Main.SOME_TRACKS_FAILED);
    assertThat(result.text()).contains("failed long: ").contains("The audio data is damaged");
  }

  @Test
  void aLongTrackThatIsCutOffFailsWithItsReason() throws IOException {
    byte[] bytes = Files.readAllBytes(music.resolve("long.wav"));
    Files.write(music.resolve("long.wav"), Arrays.copyOf(bytes, bytes.length - 1_000_000));
    Result result = separate(folder.resolve("out"), "local[2]");
    assertThat(result.code()).as(result.text()).isEqualTo(Main.SOME_TRACKS_FAILED);
    assertThat(result.text()).contains("failed long: ").contains("1 tracks separated, 1 failed");
  }

  /**
   * What the journal says of each track's stems, to six digits: chunks are summed in other blocks.
   */
  private static Map<String, String> qualities(Path out) throws IOException {
    Map<String, String> found = new TreeMap<>();
    for (String part : RunJournal.parts(out.toString(), new Configuration())) {
      RunJournal.read(
          part,
          new Configuration(),
          row -> {
            StemQuality quality = row.quality();
            String digits =
                "%.6f %.6f %.6f"
                    .formatted(quality.vocalShare(), quality.correlation(), quality.noVoice());
            found.put(row.trackId(), digits);
          });
    }
    return found;
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

  private List<Path> saved() throws IOException {
    try (Stream<Path> files = Files.walk(kept)) {
      return files.filter(Files::isRegularFile).toList();
    }
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
      for (Path file : files.filter(f -> f.toString().endsWith(".wav")).toList()) {
        chunks.add(file.toString());
        ages.add(Files.getLastModifiedTime(file));
        Path copy = kept.resolve(place.relativize(file));
        if (!Files.exists(copy)) {
          Files.createDirectories(copy.getParent());
          Files.copy(file, copy);
        }
      }
    } catch (IOException | java.io.UncheckedIOException e) {
      return; // Not there yet, or no longer.
    }
  }
}
