package io.stemspark.cli;

import static io.stemspark.cli.Result.assertUsage;
import static io.stemspark.cli.Result.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.stemspark.Demo;
import io.stemspark.TestSpark;
import io.stemspark.audio.AudioFormat;
import io.stemspark.audio.AudioWriter;
import io.stemspark.audio.Container;
import io.stemspark.audio.Encoding;
import io.stemspark.audio.SampleFormat;
import io.stemspark.audio.Tags;
import io.stemspark.internal.audio.Waveform;
import io.stemspark.internal.ffmpeg.FfmpegWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A network of several stems, from a corpus in MUSDB18's layout to its scores. */
@Tag("integration")
class LearnedStemsTest {
  private static final List<String> STEMS = List.of("vocals", "drums", "bass", "other");
  private static final int RATE = 44_100;
  private static final int LENGTH = 5 * RATE;

  private static final String SETTINGS =
      """
      stemspark.stft { fft-size = 1024, hop-length = 256 }
      stemspark.patch { frames = 64, bins = 256 }
      stemspark.extraction.stems = [vocals, drums, bass, other]
      stemspark.unet { in-channels = 2, out-channels = 6, features = [8, 16] }
      stemspark.training {
        stems = [vocals, drums, bass]
        epochs = 10
        batch-size = 2
        learning-rate = 0.01
        averaging-period = 4
        last-averaging-period = 4
        weight-memory = 0
      }
      """;

  @TempDir private Path folder;
  private Path music;
  private Path conf;

  @BeforeEach
  void prepare() throws IOException {
    music = folder.resolve("music");
    song("train/one", "train/it-wrong", 1);
    song("train/two", "train/en-weasels", 2);
    song("valid/three", "train/fr-glorious", 3);
    song("test/four", "train/ru-voicemail", 4);
    conf = Files.writeString(folder.resolve("four.conf"), SETTINGS);
  }

  /** A voice and a band of the demo, with noise for drums and a buzz for a bass, and their sum. */
  private void song(String track, String clip, int seed) throws IOException {
    Path demo = Demo.FOLDER.resolve(clip);
    float[][] vocals = cut(Demo.read(demo.resolve("vocals.flac")));
    float[][] other = cut(Demo.read(demo.resolve("accompaniment.flac")));
    Random random = new Random(seed);
    float[][] drums = new float[2][LENGTH];
    float[][] bass = new float[2][LENGTH];
    float[][] mixture = new float[2][LENGTH];
    double pitch = 50 + 7 * seed;
    for (int i = 0; i < LENGTH; i++) {
      double beat = (double) (i % (RATE / 2)) / RATE;
      double turn = i * pitch / RATE % 1;
      for (int c = 0; c < 2; c++) {
        drums[c][i] = (float) (0.4 * Math.exp(-20 * beat) * random.nextGaussian());
        bass[c][i] = (float) (0.3 * (2 * Math.abs(2 * turn - 1) - 1));
        mixture[c][i] = vocals[c][i] + drums[c][i] + bass[c][i] + other[c][i];
      }
    }
    write(track, "vocals", vocals);
    write(track, "drums", drums);
    write(track, "bass", bass);
    write(track, "other", other);
    write(track, "mixture", mixture);
  }

  private static float[][] cut(Waveform whole) {
    return Arrays.stream(whole.samples())
        .map(channel -> Arrays.copyOf(channel, LENGTH))
        .toArray(float[][]::new);
  }

  private void write(String track, String stem, float[][] samples) throws IOException {
    Path file = Files.createDirectories(music.resolve(track)).resolve(stem + ".wav");
    AudioFormat format = new AudioFormat(RATE, 2, SampleFormat.FLOAT32);
    try (AudioWriter writer =
        FfmpegWriter.create(file, Encoding.of(Container.WAV), format, Tags.NONE)) {
      writer.write(samples, LENGTH);
    }
  }

  private Result configured(String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("--conf", conf.toString()));
    return run(all.toArray(String[]::new));
  }

  private static void assertDone(Result result) {
    assertThat(result.code()).as(result.text()).isEqualTo(Main.DONE);
  }

  @Test
  void aNetworkLearnsSeveralStems() throws IOException {
    String features = folder.resolve("features").toString();
    String bundle = folder.resolve("four.bundle").toString();
    assertDone(configured("extract", music.toString(), features));
    assertDone(configured("train", features, bundle));
    assertThat(run("bundle", "show", bundle).text())
        .contains(
            "\"stems\" : [ \"vocals\", \"drums\", \"bass\", \"other\" ]",
            "\"residual\" : \"other\"",
            "\"out_channels\" : 6");
    assertThat(folder.resolve("four.bundle.training/index.html"))
        .content()
        .contains("vocals, estimate", "drums, estimate", "bass, truth");

    Path stems = folder.resolve("stems");
    assertDone(run("separate", music.toString(), stems.toString(), "--model", bundle));
    assertStemsAreTheMixture(stems.resolve("test/four"));

    Path report = folder.resolve("report");
    assertDone(
        run("evaluate", "--model", bundle, music.resolve("test").toString(), report.toString()));
    List<String> scores = Files.readAllLines(report.resolve("scores.csv"));
    for (String stem : List.of("drums", "bass")) {
      assertThat(sdr(scores, "estimate", stem)).isGreaterThan(sdr(scores, "mixture", stem) + 2);
    }

    String further = folder.resolve("further.bundle").toString();
    Result more =
        run("train", features, further, "--from", bundle, "--set", "stemspark.training.epochs=1");
    assertDone(more);
    assertThat(run("bundle", "show", further).text())
        .contains("\"stems\" : \"[vocals, drums, bass]\"", "\"out_channels\" : 6");
  }

  private void assertStemsAreTheMixture(Path track) throws IOException {
    float[][] sum = Demo.read(music.resolve("test/four/mixture.wav")).samples();
    for (String stem : STEMS) {
      float[][] estimate = Demo.read(track.resolve(stem + ".wav")).samples();
      for (int c = 0; c < 2; c++) {
        for (int i = 0; i < LENGTH; i++) {
          sum[c][i] -= estimate[c][i];
        }
      }
    }
    for (float[] channel : sum) {
      for (float difference : channel) {
        assertThat(difference).isCloseTo(0, within(1e-6f));
      }
    }
  }

  private static double sdr(List<String> scores, String estimator, String stem) {
    String[] row =
        scores.stream()
            .filter(line -> line.contains("," + estimator + "," + stem + ","))
            .findAny()
            .orElseThrow()
            .split(",", -1);
    return Double.parseDouble(row[3]);
  }

  @Test
  void aListNamesTheSameStemsAsAFolder() throws IOException {
    Path list = folder.resolve("list.csv");
    List<String> lines = new ArrayList<>(List.of("track_id,split,mixture,vocals,drums,bass,other"));
    for (String track : List.of("train/one", "train/two", "valid/three", "test/four")) {
      List<String> row = new ArrayList<>(List.of(track, track.replaceAll("/.*", ""), ""));
      STEMS.forEach(stem -> row.add(music.resolve(track).resolve(stem + ".wav").toString()));
      lines.add(String.join(",", row));
    }
    Files.write(list, lines);
    Path ofFolder = folder.resolve("of-folder");
    Path ofList = folder.resolve("of-list");
    assertDone(configured("extract", music.toString(), ofFolder.toString()));
    assertDone(configured("extract", list.toString(), ofList.toString()));
    assertThat(rows(ofList)).isEqualTo(rows(ofFolder)).hasSize(4);
  }

  /** Rows of each track, mixed so that other content is another number. */
  private static Map<String, Long> rows(Path features) throws IOException {
    Map<String, Long> rows = new TreeMap<>();
    try (SparkSession spark = TestSpark.local()) {
      spark
          .read()
          .parquet(features.toString())
          .where("has_stems")
          .selectExpr(
              "track_id",
              "xxhash64(channel, first_frame, vocals_real, drums_real, bass_imag, other_imag)")
          .collectAsList()
          .forEach(row -> rows.merge(row.getString(0), row.getLong(1), Long::sum));
    }
    return rows;
  }

  /** Its stems are not all known, and a mixture of the rest would not be one. */
  @Test
  void aTrackThatLacksAStemGivesItsMixtureAlone() throws IOException {
    Files.delete(music.resolve("train/two/bass.wav"));
    Path features = folder.resolve("features");
    assertDone(configured("extract", music.toString(), features.toString()));
    assertThat(rows(features)).containsOnlyKeys("train/one", "valid/three", "test/four");
    try (SparkSession spark = TestSpark.local()) {
      assertThat(
              spark.read().parquet(features.toString()).where("mixture_real is not null").count())
          .isEqualTo(
              spark.read().parquet(features.toString()).where("track_id = 'train/two'").count())
          .isPositive();
    }
  }

  @Test
  void whatDoesNotFitIsRefused() {
    String features = folder.resolve("features").toString();
    String bundle = folder.resolve("four.bundle").toString();
    String stems = "--set=stemspark.extraction.stems=";
    assertUsage(
        configured("extract", music.toString(), features, stems + "[accompaniment,drums]"),
        "The accompaniment holds the other stems.");
    assertUsage(
        configured("extract", music.toString(), features, stems + "[vocals,guitars]"),
        "No corpus has all of these stems. Expected some of [vocals, accompaniment, drums,");
    assertUsage(
        configured("extract", music.toString(), features, stems + "[Drums]"),
        "A stem has the name \"Drums\".");
    assertDone(configured("extract", music.toString(), features, stems + "[vocals,other]"));
    assertUsage(
        configured("extract", music.toString(), features),
        "holds the stems [vocals, other], and stemspark.extraction.stems now asks for [vocals, bass, drums, other].");
    assertUsage(
        configured("train", features, bundle),
        "the network is to learn [vocals, drums, bass] (stemspark.training.stems). Extract a dataset with stemspark.extraction.stems = [vocals, drums, bass, other].");
    assertUsage(
        configured("train", features, bundle, "--set", "stemspark.training.stems=[vocals]"),
        "stemspark.unet.out-channels",
        "learns [vocals]. Expected 2:");
  }
}
