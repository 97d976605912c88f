package io.stemspark.cli;

import static io.stemspark.cli.Result.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.stemspark.Demo;
import io.stemspark.audio.AudioFormat;
import io.stemspark.audio.AudioWriter;
import io.stemspark.audio.Container;
import io.stemspark.audio.Encoding;
import io.stemspark.audio.SampleFormat;
import io.stemspark.audio.Tags;
import io.stemspark.internal.audio.Waveform;
import io.stemspark.internal.ffmpeg.FfmpegWriter;
import io.stemspark.metrics.BssEval;
import io.stemspark.metrics.StemScores.FrameScore;
import io.stemspark.metrics.TrackScores;
import io.stemspark.network.Stem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Corpora whose four stems are known, as MUSDB18's are. */
@Tag("integration")
class FourStemsTest {
  private static final List<String> STEMS = List.of("vocals", "drums", "bass", "other");
  private static final int LENGTH = 3 * 44_100;

  @TempDir private Path folder;
  private Path references;
  private Path estimates;

  @BeforeEach
  void prepare() throws IOException {
    references = folder.resolve("references");
    estimates = folder.resolve("estimates");
    for (int stem = 0; stem < STEMS.size(); stem++) {
      float[][] clean = noise(stem, 0.2f);
      float[][] leak = noise((stem + 1) % STEMS.size(), 0.05f);
      write(references, STEMS.get(stem), clean, new float[2][LENGTH]);
      write(estimates, STEMS.get(stem), clean, leak);
    }
  }

  private static float[][] noise(int seed, float level) {
    Random random = new Random(seed);
    float[][] samples = new float[2][LENGTH];
    for (float[] channel : samples) {
      for (int i = 0; i < LENGTH; i++) {
        channel[i] = level * (random.nextFloat() - 0.5f);
      }
    }
    return samples;
  }

  private static void write(Path corpus, String stem, float[][] samples, float[][] more)
      throws IOException {
    Path track = Files.createDirectories(corpus.resolve("test/song"));
    float[][] sum = new float[2][LENGTH];
    for (int c = 0; c < 2; c++) {
      for (int i = 0; i < LENGTH; i++) {
        sum[c][i] = samples[c][i] + more[c][i];
      }
    }
    try (AudioWriter writer =
        FfmpegWriter.create(
            track.resolve(stem + ".wav"),
            Encoding.of(Container.WAV),
            new AudioFormat(44_100, 2, SampleFormat.FLOAT32),
            Tags.NONE)) {
      writer.write(sum, LENGTH);
    }
  }

  private Map<Stem, Path> files(Path corpus) {
    Map<Stem, Path> files = new HashMap<>();
    STEMS.forEach(
        stem -> files.put(new Stem(stem), corpus.resolve("test/song").resolve(stem + ".wav")));
    return files;
  }

  @Test
  void allStemsAreScoredTogether() throws IOException {
    Path report = folder.resolve("report");
    Result result = run("evaluate", estimates.toString(), references.toString(), report.toString());
    assertThat(result.code()).as(result.text()).isEqualTo(Main.DONE);
    TrackScores expected = BssEval.score(files(references), files(estimates));
    List<String> lines = Files.readAllLines(report.resolve("scores.csv"));
    for (String stem : STEMS) {
      String line =
          lines.stream()
              .filter(row -> row.contains(",estimate," + stem + ","))
              .findAny()
              .orElseThrow();
      String[] values = line.split(",", -1);
      double sdr = expected.stems().get(new Stem(stem)).median(FrameScore::sdr);
      double sir = expected.stems().get(new Stem(stem)).median(FrameScore::sir);
      assertThat(Double.parseDouble(values[3])).isCloseTo(sdr, within(1e-4));
      assertThat(Double.parseDouble(values[5])).isCloseTo(sir, within(1e-4));
    }
    assertThat(result.text()).contains("ideal ratio mask", "drums");
    assertThat(report.resolve("index.html")).content().contains("drums", "bass");
    assertThat(
            run("evaluate", estimates.toString(), references.toString(), report.toString()).text())
        .contains("0 tracks evaluated, 1 already done");
  }

  @Test
  void aModelIsScoredOnTheStemsThatItGives() throws IOException {
    Path bundle = folder.resolve("model.bundle");
    Path network = Demo.FOLDER.resolve("../model/src/test/resources/segments/samples.onnx");
    // Three are left, and a mixture.
    Files.move(
        references.resolve("test/song/other.wav"), references.resolve("test/song/mixture.wav"));
    Result imported =
        run(
            "bundle",
            "import",
            "--preset=htdemucs",
            "--stems=drums,vocals,bass",
            network.toString(),
            bundle.toString());
    assertThat(imported.code()).as(imported.text()).isEqualTo(Main.DONE);
    Path report = folder.resolve("report");
    Result result =
        run(
            "evaluate",
            "--model",
            bundle.toString(),
            references.toString(),
            report.toString(),
            "--no-baselines");
    assertThat(result.code()).as(result.text()).isEqualTo(Main.DONE);
    assertThat(Files.readString(report.resolve("scores.csv")))
        .contains("estimate,vocals,", "estimate,drums,", "estimate,bass,")
        .doesNotContain("accompaniment");
    assertTheClipIsOfTheVocals(report, bundle);
  }

  /** Which the network gives after the drums. */
  private void assertTheClipIsOfTheVocals(Path report, Path bundle) throws IOException {
    Path out = folder.resolve("out");
    run("separate", references.toString(), out.toString(), "--model", bundle.toString());
    Waveform vocals = Demo.read(out.resolve("test/song/vocals.wav"));
    Waveform clip = Demo.read(report.resolve("examples/worst-1-estimate.flac"));
    assertThat(clip.length()).isEqualTo(LENGTH);
    for (int i = 0; i < LENGTH; i++) {
      assertThat(clip.channel(1)[i]).isCloseTo(vocals.channel(1)[i], within(1e-5f));
    }
  }
}
