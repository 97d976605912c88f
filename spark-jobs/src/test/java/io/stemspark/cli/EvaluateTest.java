package io.stemspark.cli;

import static io.stemspark.cli.Result.assertUsage;
import static io.stemspark.cli.Result.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.stemspark.Demo;
import io.stemspark.audio.AudioReader;
import io.stemspark.internal.audio.Waveform;
import io.stemspark.internal.config.JobSettings;
import io.stemspark.internal.ffmpeg.FfmpegReader;
import io.stemspark.internal.network.StemSet;
import io.stemspark.metrics.BssEval;
import io.stemspark.metrics.Estimator;
import io.stemspark.metrics.PairReader;
import io.stemspark.metrics.StemScores;
import io.stemspark.metrics.StemScores.FrameScore;
import io.stemspark.metrics.TrackScores;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.commons.io.FileUtils;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Scores of a corpus, run by run. */
@Tag("integration")
class EvaluateTest {
  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS).build();
  private static final String TRACK = "train/it-wrong";
  private static final String OTHER = "train/en-weasels";

  @TempDir Path folder;
  private Path references;
  private Path stems;
  private Path report;

  /** Of one track the two stems are taken for each other, of the other they are as they are. */
  @BeforeEach
  void prepare() throws IOException {
    references = folder.resolve("references");
    stems = folder.resolve("stems");
    report = folder.resolve("report");
    copy(TRACK, references.resolve(TRACK));
    copy(OTHER, references.resolve(OTHER));
    copy(TRACK, stems.resolve(TRACK));
    copy(OTHER, stems.resolve(OTHER));
    Path vocals = stems.resolve(TRACK).resolve("vocals.flac");
    Path accompaniment = stems.resolve(TRACK).resolve("accompaniment.flac");
    Files.move(vocals, folder.resolve("swap.flac"));
    Files.move(accompaniment, vocals);
    Files.move(folder.resolve("swap.flac"), accompaniment);
  }

  private static void copy(String track, Path to) throws IOException {
    FileUtils.copyDirectory(Demo.FOLDER.resolve(track).toFile(), to.toFile());
  }

  private Result evaluate(String... more) {
    String[] arguments = {
      "evaluate", stems.toString(), references.toString(), report.toString(), "--master", "local[2]"
    };
    return run(concatenated(arguments, more));
  }

  private static String[] concatenated(String[] a, String[] b) {
    String[] all = Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, all, a.length, b.length);
    return all;
  }

  /** With the longest name that a folder may have, and one with a colon. */
  @Test
  void namesAreOnlyNames() throws IOException {
    FileUtils.deleteDirectory(stems.toFile());
    FileUtils.deleteDirectory(references.toFile());
    for (String name : List.of("\u65e5".repeat(85), "n".repeat(248), "a: b")) {
      copy(OTHER, references.resolve("train").resolve(name));
    }
    stems = references;
    for (String expected : List.of("3 tracks evaluated", "3 already done")) {
      Result result = evaluate("--no-baselines");
      assertThat(result.code()).as(result.text()).isEqualTo(Main.DONE);
      assertThat(result.text()).contains(expected);
    }
    assertThat(json("scores.json").get("tracks")).hasSize(3);
    assertThat(report.resolve("index.html")).isNotEmptyFile();
  }

  @Test
  void aSongBesideItsStemsIsLeftOut() throws IOException {
    for (Path corpus : List.of(references, stems)) {
      Files.copy(
          Demo.FOLDER.resolve("test/es-echo-mp3/mixture.mp3"), corpus.resolve(OTHER + ".mp3"));
    }
    Result result = evaluate("--no-baselines");
    assertThat(result.code()).as(result.text()).isEqualTo(Main.DONE);
    assertThat(result.text()).contains("2 tracks evaluated");
    assertThat(json("scores.json").get("tracks")).hasSize(2);
  }

  @Test
  void aTrackCountsOnce() throws IOException {
    Path once = folder.resolve("once.csv");
    Path twice = folder.resolve("twice.csv");
    Path other = folder.resolve("other.csv");
    String header = "track_id,mixture,vocals,accompaniment\n";
    String row =
        "p,%1$s/mixture.flac,%1$s/vocals.flac,%1$s/accompaniment.flac\n"
            .formatted(references.resolve(OTHER));
    Files.writeString(once, header + row);
    Files.writeString(twice, header + row + row);
    Files.writeString(other, header + row + row.replace(OTHER, TRACK));
    references = twice;
    stems = twice;
    Result result = evaluate("--no-baselines");
    assertThat(result.code()).as(result.text()).isEqualTo(Main.DONE);
    assertThat(json("scores.json").get("tracks")).hasSize(1);
    assertThat(report.resolve("index.html")).isNotEmptyFile();
    references = once;
    stems = other;
    report = folder.resolve("other report");
    Result two = evaluate("--no-baselines");
    assertThat(two.code()).as(two.text()).isEqualTo(Main.SOME_TRACKS_FAILED);
    assertThat(two.text()).contains("failed p: 2 tracks are called p: ");
  }

  @Test
  void sparkEqualsPlainJava() throws IOException {
    Result result = evaluate();
    assertThat(result.code()).as(result.text()).isEqualTo(Main.DONE);
    assertThat(result.text()).contains("2 tracks evaluated", "ideal ratio mask", "index.html");
    Map<Estimator, TrackScores> expected =
        BssEval.score(
            () ->
                new PairReader(
                    TRACK,
                    StemSet.VOICE.stems(),
                    List.of(
                        open(references, "vocals"),
                        open(references, "accompaniment"),
                        open(stems, "vocals"),
                        open(stems, "accompaniment")),
                    Optional.of(JobSettings.load(List.of(), List.of()).stft())));
    JsonNode scores = json("tracks/" + TRACK + ".json");
    requireFrames(scores.get("targets").get(0), "vocals", expected(expected).vocals());
    requireFrames(
        scores.get("targets").get(1), "accompaniment", expected(expected).accompaniment());
    JsonNode mask = scores.get("summary").get("ideal ratio mask").get("vocals");
    StemScores ideal = expected.get(Estimator.RATIO_MASK).vocals();
    assertThat(mask.get("sdr").asDouble()).isEqualTo(ideal.median(FrameScore::sdr));
    assertThat(mask.get("track_sdr").asDouble()).isEqualTo(ideal.sdr());
  }

  @Test
  void scoresOfTheVersionBeforeAreReadAndOfALaterOneNot() throws IOException {
    evaluate("--no-baselines");
    for (String file : List.of("scores.json", "tracks/" + TRACK + ".json")) {
      Path path = report.resolve(file);
      String text = Files.readString(path);
      assertThat(text).contains("\"version\" : 2");
      Files.writeString(path, text.replace("\"version\" : 2,", " ".repeat(14)));
    }
    Result again = evaluate("--no-baselines");
    assertThat(again.text()).contains("0 tracks evaluated, 2 already done");
    assertThat(json("scores.json").get("tracks")).hasSize(2);
    Path table = report.resolve("scores.json");
    Files.writeString(table, "{\"version\": 3, \"more\": 1}");
    Path elsewhere = folder.resolve("elsewhere");
    Result compared =
        run(
            "evaluate",
            stems.toString(),
            references.toString(),
            elsewhere.toString(),
            "--against",
            report.toString());
    assertUsage(compared, "scores.json has version 3, and this release reads version 2 and before");
  }

  /** One that is no whole one costs its scores, and the next run makes them again. */
  @ParameterizedTest
  @ValueSource(strings = {"version\" : 2", "summary\" : ", "\"estimate\" : ", "train/it-wrong\""})
  void aDamagedFileOfScoresIsNamedAndMadeAgain(String part) throws IOException {
    evaluate("--no-baselines");
    Path file = report.resolve("tracks/" + TRACK + ".json");
    String text = Files.readString(file);
    assertThat(text).contains(part);
    String other = part.replaceFirst("[a-z]", "x");
    Files.writeString(file, text.replace(part, other));
    Result result = evaluate("--no-baselines");
    assertThat(result.code()).as(result.text()).isEqualTo(Main.FAILED);
    assertThat(result.text()).contains(TRACK + ".json", "They were deleted: start again");
    Result again = evaluate("--no-baselines");
    assertThat(again.code()).as(again.text()).isEqualTo(Main.DONE);
    assertThat(again.text()).contains("1 tracks evaluated, 1 already done");
    assertThat(json("scores.json").get("tracks")).hasSize(2);
  }

  /** What is left of another model's is no report of this one. */
  @Test
  void aReportIsNotReplacedByAPartOfIt() throws IOException {
    evaluate("--no-baselines");
    String before = Files.readString(report.resolve("scores.json"));
    Result result = evaluate("--only-new");
    assertThat(result.code()).as(result.text()).isEqualTo(Main.FAILED);
    assertThat(result.text()).contains("None of 2 tracks has scores of these stems");
    assertThat(report.resolve("scores.json")).hasContent(before);
  }

  @Test
  void aTrackWithoutAPlaceFailsAlone() throws IOException {
    String row = "%2$s,%1$s/mixture.flac,%1$s/vocals.flac,%1$s/accompaniment.flac\n";
    Path list = folder.resolve("list.csv");
    Files.writeString(
        list,
        "track_id,mixture,vocals,accompaniment\n"
            + row.formatted(references.resolve(OTHER), "p")
            + row.formatted(references.resolve(OTHER), "../x"));
    references = list;
    stems = list;
    Result result = evaluate("--no-baselines");
    assertThat(result.code()).as(result.text()).isEqualTo(Main.SOME_TRACKS_FAILED);
    assertThat(result.text()).contains("1 tracks evaluated, 1 failed");
    assertThat(json("scores.json").get("tracks")).hasSize(1);
  }

  private static TrackScores expected(Map<Estimator, TrackScores> scores) {
    return scores.get(Estimator.EVALUATED);
  }

  private static AudioReader open(Path corpus, String stem) throws IOException {
    return FfmpegReader.open(corpus.resolve(TRACK).resolve(stem + ".flac"));
  }

  private static void requireFrames(JsonNode target, String name, StemScores scores) {
    assertThat(target.get("name").asText()).isEqualTo(name);
    assertThat(target.get("frames")).hasSameSizeAs(scores.frames()).isNotEmpty();
    for (int i = 0; i < scores.frames().size(); i++) {
      JsonNode frame = target.get("frames").get(i);
      assertThat(frame.get("time").asDouble()).isEqualTo(i);
      assertThat(frame.get("duration").asDouble()).isEqualTo(1);
      FrameScore score = scores.frames().get(i);
      assertThat(frame.get("metrics").get("SDR").asDouble()).isCloseTo(score.sdr(), within(1e-5));
      assertThat(frame.get("metrics").get("ISR").asDouble()).isCloseTo(score.isr(), within(1e-5));
      assertThat(frame.get("metrics").get("SIR").asDouble()).isCloseTo(score.sir(), within(1e-5));
      assertThat(frame.get("metrics").get("SAR").asDouble()).isCloseTo(score.sar(), within(1e-5));
    }
  }

  @Test
  void scoresWhatIsNewOrHasChanged() throws IOException {
    evaluate("--no-baselines");
    assertThat(json("scores.json").get("medians").size()).isEqualTo(1);
    assertThat(evaluate("--no-baselines").text())
        .contains("0 tracks evaluated, 2 already done", "estimate  ");
    // A perfect estimate has no distortion, which is NaN either.
    JsonNode vocals = scores("scores.json", OTHER).get("estimate").get("vocals");
    assertThat(vocals.get("sdr").isNull()).isTrue();
    copy(TRACK, stems.resolve(TRACK));
    Result again = evaluate("--no-baselines");
    assertThat(again.text()).contains("1 tracks evaluated, 1 already done");
    assertThat(scores("scores.json", TRACK).get("estimate").get("vocals").get("sdr").isNull())
        .isTrue();
    assertThat(Files.readString(report.resolve("scores.csv")))
        .startsWith("track_id,estimator,stem,sdr,isr,sir,sar,track_sdr,si_sdr\n")
        .contains("\"train/it-wrong\",estimate,vocals,,");
  }

  @Test
  void aModelsStemsAreScoredAsIfTheyHadBeenStored() throws IOException {
    Path bundle = Demo.FOLDER.resolve("starter.bundle");
    Path stored = folder.resolve("stored");
    run("separate", references.toString(), stored.toString(), "--model", bundle.toString());
    stems = stored;
    evaluate("--no-baselines");
    JsonNode expected = json("tracks/" + TRACK + ".json").get("targets");
    Path direct = folder.resolve("direct");
    Result result =
        run(
            "evaluate",
            "--model",
            bundle.toString(),
            references.toString(),
            direct.toString(),
            "--no-baselines",
            "--against",
            report.toString());
    assertThat(result.code()).as(result.text()).isEqualTo(Main.DONE);
    report = direct;
    assertThat(json("tracks/" + TRACK + ".json").get("targets")).isEqualTo(expected);
    assertThat(Files.readString(direct.resolve("index.html")))
        .contains("<td>starter.bundle</td>", "<td>stored</td>", "Distribution", "class=\"dot\"")
        .contains("src=\"examples/worst-1-reference.flac\"")
        .contains("src=\"examples/best-1-estimate.flac\"");
    Waveform estimate = Demo.read(direct.resolve("examples/worst-1-estimate.flac"));
    assertThat(estimate.length())
        .isEqualTo(Demo.read(direct.resolve("examples/worst-1-reference.flac")).length());
    try (Stream<Path> files = Files.walk(direct)) {
      assertThat(files.map(Path::toString)).noneMatch(file -> file.endsWith(".wav"));
    }
  }

  @Test
  void scoresOfAnotherModelOrOfStemsThatAreGoneAreLeftOut() throws IOException {
    evaluate("--no-baselines");
    assertThat(json("scores.json").get("tracks")).hasSize(2);
    evaluate("--limit", "1");
    JsonNode limited = json("scores.json").get("tracks");
    assertThat(limited).hasSize(1);
    assertThat(limited.get(0).get("scores").size()).isEqualTo(4);
    evaluate();
    FileUtils.deleteDirectory(stems.resolve(OTHER).toFile());
    assertThat(evaluate().code()).isEqualTo(Main.SOME_TRACKS_FAILED);
    assertThat(json("scores.json").get("tracks")).hasSize(1);
  }

  @Test
  void aTrackWithoutEstimatesFailsAloneAndOneWithoutReferencesIsSkipped() throws IOException {
    FileUtils.deleteDirectory(stems.resolve(OTHER).toFile());
    Files.delete(references.resolve(TRACK).resolve("accompaniment.flac"));
    copy("train/ru-voicemail", references.resolve("train/ru-voicemail"));
    copy("train/ru-voicemail", stems.resolve("train/ru-voicemail"));
    Result result = evaluate("--no-baselines");
    assertThat(result.code()).as(result.text()).isEqualTo(Main.SOME_TRACKS_FAILED);
    assertThat(result.text())
        .contains("1 tracks evaluated, 1 skipped, 1 failed")
        .contains("The track has no estimates of both its vocals and its accompaniment.")
        .contains("The track has no references, because not all of its stems are there.");
  }

  @Test
  void estimatesOfAnotherTrackAreNoPair() throws IOException {
    FileUtils.deleteDirectory(stems.resolve(OTHER).toFile());
    copy("train/ru-voicemail", stems.resolve(OTHER));
    FileUtils.deleteDirectory(references.resolve(TRACK).toFile());
    Result result = evaluate("--no-baselines");
    assertThat(result.text()).contains("They are not of one track");
  }

  @Test
  void refusesWhatCannotBe() throws IOException {
    assertUsage(run("evaluate", "a", "b"), "STEMS, REFERENCES and REPORT");
    assertUsage(run("evaluate", "--model", "m", "a", "b", "c"), "nothing else");
    assertUsage(evaluate("--against", folder.toString()), "is not the report of an evaluation");
    Path damaged = Files.createDirectories(folder.resolve("damaged"));
    Files.writeString(damaged.resolve("scores.json"), "{\"tracks\": [");
    assertUsage(evaluate("--against", damaged.toString()), "scores.json", "damaged");
    Path used = report;
    report = stems;
    assertUsage(evaluate(), "already holds something else", "train");
    report = used;
    stems = folder.resolve("nothing");
    assertUsage(evaluate(), "nothing does not exist.");
  }

  private JsonNode json(String file) throws IOException {
    return JSON.readTree(report.resolve(file).toFile());
  }

  private JsonNode scores(String file, String track) throws IOException {
    for (JsonNode row : json(file).get("tracks")) {
      if (row.get("track_id").asText().equals(track)) {
        return row.get("scores");
      }
    }
    throw new AssertionError("no scores of " + track);
  }
}
