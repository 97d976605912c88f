package io.stemspark.cli;

import static io.stemspark.cli.Result.assertUsage;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.stemspark.audio.AudioReader;
import io.stemspark.internal.audio.Loudness;
import io.stemspark.internal.ffmpeg.FfmpegReader;
import io.stemspark.internal.ffmpeg.LoudnessMeter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What stands beside stems, and in their tags. */
@Tag("integration")
class SidecarTest extends ThreeSongs {
  private static final String SIDECAR = "stemspark.output.sidecar=true";
  private static final String LOUDNESS = "stemspark.output.loudness=true";
  private static final ObjectMapper JSON = new ObjectMapper();

  @Test
  void saysWhatTheStemsAre() throws IOException {
    Result result = separate(music, "--set", SIDECAR, "--set", LOUDNESS);
    assertThat(result.code()).as(result.text()).isEqualTo(Main.DONE);
    JsonNode sidecar = JSON.readTree(out.resolve("a/stems.json").toFile());
    assertThat(sidecar.get("version").intValue()).isEqualTo(1);
    assertThat(sidecar.get("track_id").textValue()).isEqualTo("a");
    assertThat(sidecar.get("source").get("uri").textValue()).endsWith("music/a.mp3");
    assertThat(sidecar.get("sample_rate").intValue()).isEqualTo(44_100);
    assertThat(sidecar.get("model").get("hash").textValue()).hasSize(64);
    assertThat(sidecar.get("stems")).hasSize(2);
    double shares = 0;
    for (JsonNode file : sidecar.get("stems")) {
      Path stem = out.resolve("a").resolve(file.get("path").textValue());
      assertThat(stem).hasFileName(file.get("name").textValue() + ".wav");
      assertThat(Files.size(stem)).isEqualTo(file.get("bytes").longValue());
      shares += file.get("share").doubleValue();
      assertThat(file.get("clipped").longValue()).isZero();
      Loudness loudness = loudness(stem);
      JsonNode level = file.get("loudness");
      assertThat(level.get("integrated").doubleValue())
          .isCloseTo(loudness.integrated(), within(0.02));
      assertThat(level.get("range").doubleValue()).isCloseTo(loudness.range(), within(0.2));
      assertThat(level.get("true_peak").doubleValue()).isCloseTo(loudness.truePeak(), within(0.02));
    }
    assertThat(shares).isCloseTo(1, within(0.01));
    try (Stream<Path> pages = Files.list(out.resolve("_stemspark/reports"))) {
      Path page = pages.filter(file -> file.toString().endsWith(".html")).findAny().orElseThrow();
      assertThat(page).content().contains("a/vocals.wav", "<audio");
    }
    byte[] first = Files.readAllBytes(out.resolve("b/stems.json"));
    Files.delete(out.resolve("b/stems.json"));
    Result again = separate(music, "--set", SIDECAR, "--set", LOUDNESS);
    assertThat(again.text()).contains("1 tracks separated, 2 already done");
    assertThat(out.resolve("b/stems.json")).hasBinaryContent(first);
    assertThat(separate(music).text()).contains("3 tracks separated");
    assertThat(out.resolve("b")).isDirectoryNotContaining("glob:**.json");
  }

  private static Loudness loudness(Path file) throws IOException {
    try (AudioReader reader = FfmpegReader.open(file);
        LoudnessMeter meter = new LoudnessMeter(reader.format())) {
      float[][] block = new float[reader.format().channels()][4096];
      for (int length = reader.read(block); length >= 0; length = reader.read(block)) {
        meter.add(block, length);
      }
      return meter.finish();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "flac, REPLAYGAIN_TRACK_GAIN, -18",
    "mp3, REPLAYGAIN_TRACK_GAIN, -18",
    "opus, R128_TRACK_GAIN, -23",
    "ogg, R128_TRACK_GAIN, -23"
  })
  void loudnessStandsInTags(String container, String tag, double reference) throws IOException {
    String[] settings = {"--set", LOUDNESS, "--set", "stemspark.output.container=" + container};
    Result result = separate(music.resolve("a.mp3"), settings);
    assertThat(result.code()).as(result.text()).isEqualTo(Main.DONE);
    Path stem = out.resolve("a/accompaniment." + container);
    String head = new String(Files.readAllBytes(stem), StandardCharsets.ISO_8859_1);
    int at = head.indexOf(tag) + tag.length() + 1;
    String value = head.substring(at, at + 6);
    double gain = Double.parseDouble(value) / (tag.startsWith("R128") ? 256 : 1);
    assertThat(gain).isCloseTo(reference - loudness(stem).integrated(), within(0.1));
  }

  @Test
  void lostLoudnessIsRefused() {
    assertUsage(
        separate(music, "--set", LOUDNESS),
        "stemspark.output.container",
        "The container is wav, which holds no loudness tags.");
  }

  @ParameterizedTest
  @CsvSource({
    "{split}/{track_id}-{stem}.{ext}, train/a-stems.json",
    "{stem}/{track_id}, stems/a.json",
    "{track_id}/{stem}/audio.{ext}, a/stems/audio.json"
  })
  void liesWhereTheStemsDo(String path, String place) throws IOException {
    Result result =
        separate(
            music.resolve("a.mp3"),
            "--set",
            SIDECAR,
            "--set",
            "stemspark.output.path=\"%s\"".formatted(path));
    assertThat(result.code()).as(result.text()).isEqualTo(Main.DONE);
    Path sidecar = out.resolve(place);
    assertThat(sidecar).exists();
    for (JsonNode file : JSON.readTree(sidecar.toFile()).get("stems")) {
      assertThat(sidecar.resolveSibling(file.get("path").textValue())).exists();
    }
  }
}
