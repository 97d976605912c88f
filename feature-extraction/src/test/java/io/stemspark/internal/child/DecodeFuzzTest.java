package io.stemspark.internal.child;

import static org.assertj.core.api.Assertions.assertThat;

import io.stemspark.audio.AudioDecoder;
import io.stemspark.audio.AudioException;
import io.stemspark.audio.AudioFormat;
import io.stemspark.audio.AudioReader;
import io.stemspark.audio.AudioWriter;
import io.stemspark.audio.Container;
import io.stemspark.audio.DecodingConfig;
import io.stemspark.audio.Encoding;
import io.stemspark.audio.SampleFormat;
import io.stemspark.audio.Tags;
import io.stemspark.internal.ffmpeg.FfmpegWriter;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Hostile files: mutations of real ones, decoded one after the other. Each must end in audio or in
 * an {@link AudioException}, within its limits, crash nothing, and leave no process or open file
 * behind, neither here nor in the child.
 *
 * <p>{@code ./mvnw verify -Dfuzz=10000} sets how many; {@code -Dfuzz.seed} sets which, and {@code
 * -Dfuzz.first} with which of them to begin.
 */
@Tag("fuzz")
class DecodeFuzzTest {
  private static final Path FORMATS =
      Path.of(
          System.getProperty("stemspark.root"), "feature-extraction/src/test/resources/formats");
  private static final Duration TIMEOUT = Duration.ofSeconds(5);
  private static final int MAX_MEBIBYTES = 512;
  private static final DecodingConfig LIMITS =
      new DecodingConfig(
          DecodingConfig.Isolation.CHILD, MAX_MEBIBYTES, TIMEOUT, Duration.ofHours(1));
  private static final int PROGRESS = 1000;
  private static final String OWN_PROCESS = "self";

  @TempDir Path folder;

  @Test
  void everyFileEndsInAudioOrATypedError() throws IOException {
    int files = Integer.getInteger("fuzz", 10_000);
    int first = Integer.getInteger("fuzz.first", 0);
    long seed = Long.getLong("fuzz.seed", 1);
    List<byte[]> originals = originals();
    Map<String, Integer> outcomes = new TreeMap<>();
    int children = 0;
    long slowest = 0;
    try (ChildDecoder decoder = new ChildDecoder(LIMITS)) {
      assertThat(decode(decoder, originals.get(originals.size() - 1)))
          .isEqualTo("The file has more than N hours of audio.");
      assertThat(decode(decoder, originals.get(0))).isEqualTo("audio");
      int openFiles = openFiles(OWN_PROCESS);
      int openFilesOfChild = openFiles(Long.toString(decoder.pid()));
      long pid = decoder.pid();
      for (int i = first; i < first + files; i++) {
        byte[] mutant = new Mutation(random(seed, i)).of(originals);
        long start = System.nanoTime();
        String outcome = decode(decoder, mutant);
        long nanos = System.nanoTime() - start;
        slowest = Math.max(slowest, nanos);
        outcomes.merge(outcome, 1, Integer::sum);
        // Of the native code, and an exception of ours that nothing in the child caught.
        assertThat(outcome)
            .as("file %d", i)
            .doesNotContain("crashed")
            .doesNotContain("ended with code N");
        if (decoder.pid() != pid) {
          children++;
          pid = decoder.pid();
        }
        assertThat(Duration.ofNanos(nanos)).as("file %d", i).isLessThan(TIMEOUT.multipliedBy(3));
        assertThat(ProcessHandle.current().children().filter(ProcessHandle::isAlive).count())
            .as("children after file %d", i)
            .isLessThanOrEqualTo(1);
        if ((i + 1) % PROGRESS == 0) {
          assertThat(decode(decoder, originals.get(0))).isEqualTo("audio");
          pid = decoder.pid();
          long resident = residentMebibytes(pid);
          System.out.printf("%d files, %d MiB in the child%n", i + 1, resident);
          assertThat(resident).isBetween(1L, (long) MAX_MEBIBYTES);
          assertThat(openFiles(Long.toString(pid))).isLessThanOrEqualTo(openFilesOfChild);
        }
      }
      assertThat(openFiles(OWN_PROCESS)).isLessThanOrEqualTo(openFiles);
    }
    outcomes.forEach((outcome, count) -> System.out.printf("%6d %s%n", count, outcome));
    System.out.printf(
        "%d files, seed %d: %d children replaced, slowest file %d ms%n",
        files, seed, children, slowest / 1_000_000);
    for (ProcessHandle child : ProcessHandle.current().children().toList()) {
      assertThat(child.onExit()).succeedsWithin(TIMEOUT);
    }
  }

  /** Generators of neighbouring seeds begin alike, unless their bits are mixed. */
  private static Random random(long seed, int number) {
    return new Random((seed * 1_000_003 + number) * 0x9E37_79B9_7F4A_7C15L);
  }

  /** What came of decoding a file, without what differs from file to file. */
  private String decode(ChildDecoder decoder, byte[] bytes) throws IOException {
    Path file = Files.write(folder.resolve("mutant"), bytes);
    try (AudioReader reader =
        decoder.open("mutant", FileChannel.open(file), AudioDecoder.BEST_STREAM)) {
      float[][] block = new float[reader.format().channels()][1 << 14];
      for (int n = reader.read(block); n >= 0; n = reader.read(block)) {
        assertThat(n).isPositive();
        for (float[] channel : block) {
          for (int i = 0; i < n; i++) {
            assertThat(Float.isFinite(channel[i])).isTrue();
          }
        }
      }
      return "audio";
    } catch (AudioException e) {
      return e.reason().replaceAll("-?\\d+(\\.\\d+)?(E\\d+)?", "N").replaceAll("\\s+", " ");
    }
  }

  /** The files of every format, and a small one that holds ten hours of silence. */
  private List<byte[]> originals() throws IOException {
    List<byte[]> originals = new ArrayList<>();
    try (Stream<Path> files = Files.list(FORMATS)) {
      for (Path file : files.sorted().toList()) {
        originals.add(Files.readAllBytes(file));
      }
    }
    Path bomb = folder.resolve("bomb.flac");
    AudioFormat format = new AudioFormat(8000, 1, SampleFormat.INT16);
    try (AudioWriter writer =
        FfmpegWriter.create(bomb, Encoding.of(Container.FLAC), format, Tags.NONE)) {
      float[][] hour = new float[1][3600 * 8000];
      for (int i = 0; i < 10; i++) {
        writer.write(hour, hour[0].length);
      }
    }
    originals.add(Files.readAllBytes(bomb));
    return originals;
  }

  private static int openFiles(String process) throws IOException {
    try (Stream<Path> files = Files.list(Path.of("/proc", process, "fd"))) {
      return (int) files.count();
    }
  }

  private static long residentMebibytes(long pid) throws IOException {
    try (Stream<String> lines = Files.lines(Path.of("/proc/" + pid + "/status"))) {
      return lines
              .filter(line -> line.startsWith("VmRSS:"))
              .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
              .findFirst()
              .orElse(0)
          / 1024;
    }
  }
}
