package io.stemspark.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.stemspark.Demo;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** In a corpus with 5 % broken files all others are done, and each of these is named with why. */
@Tag("faults")
class BrokenFilesTest {
  private static final int GOOD = 190;
  private static final int SOME_TRACKS_FAILED = 3;

  @TempDir Path folder;
  private Path corpus;

  /** Ten kinds of broken files, and what is said of them. */
  private Map<String, String> breakFiles() throws IOException {
    Map<String, String> reasons = new LinkedHashMap<>();
    byte[] wav = Files.readAllBytes(corpus.resolve("train/track 000/mixture.wav"));
    byte[] flac = Files.readAllBytes(Demo.FOLDER.resolve("train/it-wrong/mixture.flac"));
    byte[] mp3 = Files.readAllBytes(Demo.FOLDER.resolve("test/es-echo-mp3/mixture.mp3"));
    byte[] m4a = Files.readAllBytes(format("aac.m4a"));
    write("empty.mp3", new byte[0], "not readable as audio", reasons);
    write(
        "text.mp3",
        "no audio at all ".repeat(99).getBytes(StandardCharsets.UTF_8),
        "not readable",
        reasons);
    write("zeros.flac", new byte[100_000], "not readable as audio", reasons);
    write("picture.wav", picture(), "no audio stream", reasons);
    write("cut.wav", Arrays.copyOf(wav, wav.length / 2), "The file is cut off: it has ", reasons);
    write(
        "cut.flac",
        Arrays.copyOf(flac, flac.length / 2),
        "The audio data is damaged after",
        reasons);
    write("cut.m4a", Arrays.copyOf(m4a, m4a.length / 2), "not readable as audio", reasons);
    write("scratched.flac", scratched(flac), "The audio data is damaged", reasons);
    write("headless.mp3", Arrays.copyOfRange(mp3, 0, 300), "not readable as audio", reasons);
    write("crowd.wav", manyChannels(wav), "99 channels", reasons);
    return reasons;
  }

  private static Path format(String name) {
    return Path.of(
        System.getProperty("stemspark.root"),
        "feature-extraction/src/test/resources/formats",
        name);
  }

  private void write(String name, byte[] content, String reason, Map<String, String> reasons)
      throws IOException {
    Files.write(corpus.resolve(name), content);
    reasons.put(name, reason);
  }

  private static byte[] picture() {
    byte[] bytes = new byte[5000];
    System.arraycopy(new byte[] {(byte) 0x89, 'P', 'N', 'G', 13, 10, 26, 10}, 0, bytes, 0, 8);
    return bytes;
  }

  private static byte[] scratched(byte[] flac) {
    byte[] bytes = flac.clone();
    Arrays.fill(bytes, bytes.length / 2, bytes.length / 2 + 3000, (byte) 0x55);
    return bytes;
  }

  private static byte[] manyChannels(byte[] wav) {
    byte[] bytes = wav.clone();
    int format = new String(wav, StandardCharsets.ISO_8859_1).indexOf("fmt ");
    bytes[format + 10] = 99;
    return bytes;
  }

  @ParameterizedTest
  @ValueSource(strings = {"separate", "extract"})
  void allOthersAreDone(String job) throws IOException, InterruptedException {
    corpus = folder.resolve("corpus");
    SmallCatalogue.write(corpus, GOOD);
    Map<String, String> reasons = breakFiles();
    assertThat(reasons).hasSize(10);
    Path out = folder.resolve("out");
    String first = run(job, out);
    assertThat(first).contains(GOOD + " tracks", "10 failed");
    reasons.forEach(
        (file, reason) ->
            assertThat(first.lines().filter(line -> line.startsWith("failed ")))
                .as(file)
                .anyMatch(line -> line.contains("/" + file + ": ") && line.contains(reason)));
    Map<Path, FileTime> before = times(out);
    String second = run(job, out);
    assertThat(second).contains("0 tracks", GOOD + " already done", "10 failed before");
    assertThat(times(out)).isEqualTo(before);
  }

  private String run(String job, Path out) throws IOException, InterruptedException {
    Path log = folder.resolve("log");
    List<String> arguments =
        SmallCatalogue.arguments(job, corpus.toString(), out.toString(), folder);
    arguments.addAll(List.of("--master", "local[2]"));
    try (Run run = Run.start(log, arguments)) {
      assertThat(run.await()).as(run.text()).isEqualTo(SOME_TRACKS_FAILED);
      return run.text();
    }
  }

  private static Map<Path, FileTime> times(Path out) throws IOException {
    Map<Path, FileTime> times = new TreeMap<>();
    for (Path file : Output.files(out)) {
      String path = out.relativize(file).toString();
      if (!path.startsWith("_stemspark")) {
        times.put(file, Files.getLastModifiedTime(file));
      }
    }
    return times;
  }
}
