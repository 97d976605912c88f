package io.stemspark.internal.ffmpeg;

import static org.assertj.core.api.Assertions.assertThat;

import io.stemspark.audio.AudioFormat;
import io.stemspark.audio.AudioReader;
import io.stemspark.audio.AudioWriter;
import io.stemspark.audio.Container;
import io.stemspark.audio.Encoding;
import io.stemspark.audio.SampleFormat;
import io.stemspark.audio.Tags;
import io.stemspark.internal.audio.Loudness;
import io.stemspark.internal.audio.Waveform;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LoudnessTagsTest {
  @TempDir private Path folder;

  /** Covers stand before the tags in some containers, and span pages in others. */
  @ParameterizedTest
  @CsvSource({
    "FLAC, 0",
    "FLAC, 3000",
    "FLAC, 300000",
    "MP3, 0",
    "MP3, 300000",
    "OPUS, 0",
    "OPUS, 3000",
    "OPUS, 300000",
    "OGG, 100000"
  })
  void areFilledInBesideAnyCover(Container container, int coverBytes) throws IOException {
    byte[] cover = new byte[coverBytes];
    new Random(1).nextBytes(cover);
    Tags tags =
        new Tags(
            Map.of("title", "Stra\u00dfe", "artist", "?".repeat(30)),
            coverBytes == 0 ? Optional.empty() : Optional.of(new Tags.Cover("png", 8, 8, cover)));
    Path plain = write(container, tags, "plain");
    Path tagged = write(container, LoudnessTags.reserve(container, tags), "tagged");
    LoudnessTags.fill(tagged, container, new Loudness(-9.5, 3, -0.5));
    try (AudioReader one = FfmpegReader.open(plain);
        AudioReader other = FfmpegReader.open(tagged)) {
      // The reader leaves loudness tags out, and Ogg pages whose checksums are wrong.
      assertThat(other.tags()).isEqualTo(one.tags());
      assertThat(Waveform.readAll(other).channel(0)).isEqualTo(Waveform.readAll(one).channel(0));
    }
    String text = new String(Files.readAllBytes(tagged), StandardCharsets.ISO_8859_1);
    boolean opus = container == Container.OPUS || container == Container.OGG;
    assertThat(text)
        .contains(opus ? "R128_TRACK_GAIN=-03456" : "REPLAYGAIN_TRACK_GAIN")
        .contains(opus ? "" : "-08.50 dB")
        .contains(opus ? "" : "0.944061");
  }

  private Path write(Container container, Tags tags, String name) throws IOException {
    Path file = folder.resolve(name + "." + container.extension());
    AudioFormat format = new AudioFormat(48_000, 1, container.nearest(SampleFormat.INT16));
    try (AudioWriter writer = FfmpegWriter.create(file, Encoding.of(container), format, tags)) {
      writer.write(new float[1][4800], 4800);
    }
    return file;
  }
}
