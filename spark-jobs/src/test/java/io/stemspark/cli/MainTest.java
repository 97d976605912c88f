package io.stemspark.cli;

import static io.stemspark.cli.Result.assertUsage;
import static io.stemspark.cli.Result.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.stemspark.Demo;
import io.stemspark.TestBundle;
import io.stemspark.audio.AudioFormat;
import io.stemspark.audio.AudioWriter;
import io.stemspark.audio.Container;
import io.stemspark.audio.Encoding;
import io.stemspark.audio.SampleFormat;
import io.stemspark.audio.Tags;
import io.stemspark.internal.audio.Waveform;
import io.stemspark.internal.ffmpeg.FfmpegWriter;
import io.stemspark.settings.Section;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program as its user meets it: exit codes and messages. */
@Tag("integration")
class MainTest {
  @TempDir Path folder;
  private Path bundle;
  private Path music;
  private Path out;

  @BeforeEach
  void prepare() throws IOException {
    bundle = TestBundle.write(folder.resolve("model.bundle"));
    music = Files.createDirectory(folder.resolve("music"));
    out = folder.resolve("out");
    Files.copy(Demo.FOLDER.resolve("train/en-weasels/mixture.flac"), music.resolve("one.flac"));
    Files.copy(Demo.FOLDER.resolve("test/es-echo-mp3/mixture.mp3"), music.resolve("two.mp3"));
  }

  @Test
  void separatesAFolder() {
    Result result = separate(music);
    assertThat(result.code()).as(result.text()).isEqualTo(Main.DONE);
    assertThat(result.text()).contains("2 tracks separated").contains("times real time");
    for (String track : new String[] {"one", "two"}) {
      assertThat(out.resolve(track + "/vocals.wav")).isNotEmptyFile();
      assertThat(out.resolve(track + "/accompaniment.wav")).isNotEmptyFile();
    }
  }

  @Test
  void freshBatchNormsAreNotFrozen() {
    String frozen = "stemspark.training.frozen-batch-norm=true";
    assertUsage(run("train", "features", "my.bundle", "--set", frozen), "begin with (--from)");
    assertUsage(
        run(
            "train",
            "features",
            "my.bundle",
            "--set",
            frozen,
            "--set",
            "stemspark.training.compute=nd4j"),
        "stemspark.training.frozen-batch-norm",
        "Expected compute = torch or torch-bfloat16");
  }

  @Test
  void separatesASingleFile() {
    Result result = separate(music.resolve("one.flac"), "--set", "stemspark.output.container=flac");
    assertThat(result.code()).as(result.text()).isEqualTo(Main.DONE);
    assertThat(out.resolve("one/vocals.flac")).isNotEmptyFile();
  }

  @Test
  void stemsOfOneFileLieBesideItUnlessAnOutputIsNamed() {
    String file = music.resolve("one.flac").toString();
    Result result = run("separate", file, "--model", bundle.toString());
    assertThat(result.code()).as(result.text()).isEqualTo(Main.DONE);
    assertThat(music.resolve("stems/one/vocals.wav")).isNotEmptyFile();

    String[] elsewhere = {
      "separate",
      file,
      out.toString(),
      "--model",
      bundle.toString(),
      "--set",
      "stemspark.output.stems=vocals"
    };
    assertThat(run(elsewhere).code()).isEqualTo(Main.DONE);
    assertThat(out.resolve("one/vocals.wav")).isNotEmptyFile();
    assertThat(out.resolve("one/accompaniment.wav")).doesNotExist();

    assertUsage(
        run("separate", music.toString(), "--model", bundle.toString()),
        "is a folder. Name another one for the stems");
  }

  @Test
  void stemsAreWhateverIsAskedFor() throws IOException {
    for (Container container : Container.values()) {
      if (container.holdsAllStems()) {
        continue; // The model has two.
      }
      Result result =
          separate(
              music.resolve("two.mp3"),
              "--set",
              "stemspark.output.container=" + Section.word(container));
      assertThat(result.code()).as(result.text()).isEqualTo(Main.DONE);
      Waveform stem = Demo.read(out.resolve("two/vocals." + container.extension()));
      Waveform mixture = Demo.read(music.resolve("two.mp3"));
      assertThat((double) stem.length() / stem.format().sampleRate())
          .isCloseTo((double) mixture.length() / 44_100, within(1e-5));
    }
  }

  @Test
  void whatWouldClipIsLimitedKeptOrRefusedAndReported() throws IOException {
    Path loud = Files.createDirectory(folder.resolve("loud"));
    AudioFormat format = new AudioFormat(44_100, 1, SampleFormat.FLOAT32);
    try (AudioWriter writer =
        FfmpegWriter.create(
            loud.resolve("loud.wav"), Encoding.of(Container.WAV), format, Tags.NONE)) {
      float[] burst = new float[44_100];
      Arrays.fill(burst, 20_000, 21_000, 3);
      writer.write(new float[][] {burst}, burst.length);
    }
    String[] integers = {"--set", "stemspark.output.bit-depth=int16"};
    Result limited = separate(loud, integers);
    assertThat(limited.code()).as(limited.text()).isEqualTo(Main.DONE);
    assertThat(limited.text()).contains("done loud: ").contains("lie beyond full scale");
    assertThat(Demo.read(out.resolve("loud/vocals.wav")).format().sampleFormat())
        .isEqualTo(SampleFormat.INT16);

    Result kept = separate(loud, "--set", "stemspark.output.clipping=keep");
    assertThat(kept.code()).as(kept.text()).isEqualTo(Main.DONE);
    float[] vocals = Demo.read(out.resolve("loud/vocals.wav")).channel(0);
    float[] rest = Demo.read(out.resolve("loud/accompaniment.wav")).channel(0);
    assertThat(vocals[20_500] + rest[20_500]).isCloseTo(3, within(1e-6f));

    Result refused =
        separate(loud, integers[0], integers[1], "--set", "stemspark.output.clipping=refuse");
    assertThat(refused.code()).as(refused.text()).isEqualTo(Main.SOME_TRACKS_FAILED);
    assertThat(refused.text()).contains("failed loud: ").contains("would clip: sample ");
  }

  @Test
  void decodingInThisProcessGivesTheSameStems() throws IOException {
    separate(music.resolve("one.flac"));
    byte[] isolated = Files.readAllBytes(out.resolve("one/vocals.wav"));
    Result result =
        separate(music.resolve("one.flac"), "--set", "stemspark.decoding.isolation=none");
    assertThat(result.code()).as(result.text()).isEqualTo(Main.DONE);
    assertThat(Files.readAllBytes(out.resolve("one/vocals.wav"))).isEqualTo(isolated);
  }

  @Test
  void extractsMusdb18StemFiles() throws IOException {
    Path valid = Files.createDirectories(folder.resolve("musdb/valid"));
    Path formats =
        Path.of(
            System.getProperty("stemspark.root"), "feature-extraction/src/test/resources/formats");
    Files.copy(formats.resolve("song.stem.mp4"), valid.resolve("song.stem.mp4"));
    Result result =
        run("extract", folder.resolve("musdb").toString(), folder.resolve("features").toString());
    assertThat(result.code()).as(result.text()).isEqualTo(Main.DONE);
    assertThat(result.text()).contains("1 tracks extracted");
    assertThat(folder.resolve("features/split=valid")).isDirectory();
  }

  @Test
  void unreadableFileStopsNoOther() throws IOException {
    Files.writeString(music.resolve("broken.mp3"), "not audio at all ".repeat(500));
    byte[] whole = Files.readAllBytes(music.resolve("one.flac"));
    Files.write(music.resolve("cut.flac"), Arrays.copyOf(whole, 40));

    Result result = separate(music);

    assertThat(result.code()).as(result.text()).isEqualTo(Main.SOME_TRACKS_FAILED);
    assertThat(result.text())
        .contains("failed broken: ")
        .contains("broken.mp3: The file is not readable as audio")
        .contains("failed cut: ")
        .contains("2 tracks separated, 2 failed");
    assertThat(out.resolve("one/vocals.wav")).isNotEmptyFile();
    assertThat(out.resolve("two/vocals.wav")).isNotEmptyFile();
    assertThat(out.resolve("broken")).doesNotExist();
    assertThat(out.resolve("cut")).doesNotExist();
  }

  @Test
  void missingInput() {
    assertUsage(separate(folder.resolve("nowhere")), folder + "/nowhere does not exist.");
  }

  @Test
  void folderWithoutAudio() throws IOException {
    Path empty = Files.createDirectory(folder.resolve("empty"));
    Files.writeString(empty.resolve("notes.txt"), "no music");
    assertUsage(separate(empty), empty + " holds no audio files (");
  }

  @Test
  void outputNotWritable() throws IOException {
    Path file = Files.writeString(folder.resolve("out"), "a file, not a folder");
    assertUsage(separate(music), file + " is not a folder that can be written to");
    assertUsage(separate(music, "--dry-run"), file + " is not a folder that can be written to");
    assertThat(file).hasContent("a file, not a folder");
  }

  @Test
  void truncatedBundle() throws IOException {
    byte[] whole = Files.readAllBytes(bundle);
    Files.write(bundle, Arrays.copyOf(whole, whole.length / 2));
    assertUsage(separate(music), bundle + " is not a usable model bundle. ");
    assertThat(out).doesNotExist();
  }

  @Test
  void missingBundle() {
    Result result = run("separate", music.toString(), out.toString(), "--model", "nowhere.bundle");
    assertUsage(result, "nowhere.bundle does not exist, or is not a file.");
  }

  @Test
  void noBundleNamed() {
    assertUsage(run("separate", music.toString(), out.toString()), "Name a bundle with --model");
  }

  @Test
  void unknownKeyInAFile() throws IOException {
    Path conf = Files.writeString(folder.resolve("my.conf"), "stemspark {\n  stft.hop = 3\n}\n");
    assertUsage(
        separate(music, "--conf", conf.toString()),
        "my.conf: 2: stemspark.stft.hop = 3. This key is not known. Known keys are stemspark.");
  }

  @Test
  void wrongTypeOnTheCommandLine() {
    assertUsage(
        separate(music, "--set", "stemspark.training.epochs=many"),
        "--set stemspark.training.epochs: ",
        "stemspark.training.epochs = \"many\". Expected a whole number from 1 to 1000000.");
  }

  @Test
  void impossibleValues() {
    assertUsage(
        separate(music, "--set", "stemspark.stft.hop-length=3000"),
        "The hop length is 3000. Expected one at which hann windows overlap well, such as 1024.");
    assertUsage(
        separate(music, "--set", "stemspark.patch.frames=100"),
        "The patch has 100 frames x 1024 bins. Expected multiples of 16");
    assertUsage(
        separate(music, "--set", "stemspark.separation.overlap=0.6"),
        "stemspark.separation.overlap",
        "Expected a number from 0.0 to 0.5.");
    assertUsage(
        separate(music, "--set", "stemspark.output.container=mp4"), "Expected one of wav, flac");
    assertUsage(
        separate(
            music,
            "--set",
            "stemspark.output.container=flac",
            "--set",
            "stemspark.output.clipping=keep"),
        "stemspark.output.container",
        "flac, which holds no floats");
  }

  @Test
  void systemPropertiesAreNoSettings() {
    System.setProperty("stemspark.surprise", "1");
    try {
      assertUsage(
          separate(music, "--set", "stemspark.surprise=2"),
          "stemspark.surprise = 2. This key is not known. Known keys are stemspark.");
    } finally {
      System.clearProperty("stemspark.surprise");
    }
  }

  @Test
  void valuesThatAreNoValues() {
    assertUsage(separate(music, "--set", "stemspark.stft=5"), "stemspark.stft");
    assertUsage(separate(music, "--set", "spark=5"), "spark");
    assertUsage(
        separate(music, "--set", "stemspark.training.batch-size=2.9"),
        "Expected a whole number from 1 to 4096.");
    assertUsage(
        separate(music, "--master", "bogus"),
        "The Spark master bogus is not valid. Expected local[N]");
    assertUsage(run("extract", "@list", out.toString()), "@list does not exist.");
    assertUsage(separate(music, "--since", "+300000000-01-01"), "--since is +300000000-01-01.");
    assertUsage(run("extract", "", out.toString()), "The name is empty. Expected a path");
    assertThat(separate(music, "--master", "local[1, 2]", "--dry-run").code()).isEqualTo(Main.DONE);
    assertUsage(
        separate(music, "--master", "local[0]"),
        "The Spark master local[0] is not valid. Expected");
    assertUsage(
        separate(music, "--set", "spark.master=\"local[x]\""),
        "local[x] is not valid. Expected local[N]");
    assertUsage(
        separate(music, "--set", "spark.task.cpus=0"),
        "spark.task.cpus = 0. Expected a whole number from 1.");
    assertUsage(
        separate(music, "--set", "spark.executor.memory=lots"),
        "spark.executor.memory = lots. Expected a size such as 4g");
    assertUsage(
        separate(music, "--max-failures", "-1", "--dry-run"), "--max-failures is -1. Expected");
  }

  /** HOCON lets a value build upon what it was before. */
  @Test
  void settingsMayReferToOthers() throws IOException {
    Path conf = folder.resolve("my.conf");
    Files.writeString(
        conf, "stemspark.training = ${stemspark.training}\nstemspark.training.epochs = 5\n");
    Result result = separate(music, "--conf", conf.toString(), "--dry-run");
    assertThat(result.code()).as(result.text()).isEqualTo(Main.DONE);
  }

  @Test
  void trainsAndSeparatesInFoldersWithSpacesAndBrackets() throws IOException {
    Path features = folder.resolve("my [1] features");
    String conf = Demo.FOLDER.resolve("demo.conf").toString();
    String[] small = {
      "--conf", conf, "--set", "stemspark.unet.features=[2]", "--set", "stemspark.training.epochs=1"
    };
    Result extract = run(append(small, "extract", Demo.FOLDER.toString(), features.toString()));
    assertThat(extract.code()).as(extract.text()).isEqualTo(Main.DONE);
    Path trained = folder.resolve("my {2} model.bundle");
    Result train = run(append(small, "train", features.toString(), trained.toString()));
    assertThat(train.code()).as(train.text()).isEqualTo(Main.DONE);
    assertThat(trained).isNotEmptyFile();
  }

  private static String[] append(String[] tail, String... head) {
    String[] all = Arrays.copyOf(head, head.length + tail.length);
    System.arraycopy(tail, 0, all, head.length, tail.length);
    return all;
  }

  /** The executors have other working folders, so a relative path must not reach them as it is. */
  @Test
  void executorProcessesWriteWhereTheCommandLineSays() throws IOException {
    Files.createDirectories(Path.of(System.getenv("SPARK_HOME"), "jars"));
    Path relative = Path.of("target", "stems-of-" + folder.getFileName());
    Result result =
        run(
            "separate",
            music.toString(),
            relative.toString(),
            "--model",
            bundle.toString(),
            "--master",
            "local-cluster[2,1,1024]",
            "--set",
            "spark.executor.extraClassPath=\"" + System.getProperty("java.class.path") + "\"");
    assertThat(result.code()).as(result.text()).isEqualTo(Main.DONE);
    assertThat(relative.resolve("one/vocals.wav")).isNotEmptyFile();
    assertThat(relative.resolve("two/accompaniment.wav")).isNotEmptyFile();
  }

  @Test
  void brokenSettingsFile() throws IOException {
    Path conf = Files.writeString(folder.resolve("my.conf"), "stemspark {\n  stft {\n");
    assertUsage(separate(music, "--conf", conf.toString()), "my.conf: 3");
  }

  @Test
  void trainingOnAnythingButADataset() {
    assertUsage(
        run("train", music.toString(), bundle.toString()),
        music + " is not a feature dataset, or its extraction did not finish");
  }

  @Test
  void extractingIntoAnOccupiedFolder() {
    assertUsage(
        run("extract", Demo.FOLDER.toString(), music.toString()),
        music + " already holds something");
  }

  @Test
  void wrongCommandLine() {
    assertUsage(run("extract", "one-argument"), "Missing required parameter: 'OUTPUT'");
    assertUsage(run("sing"), "Unmatched argument at index 0: 'sing'");
  }

  @Test
  void helpShowsTwoExamplesOfEachCommand() {
    for (String command : new String[] {"separate", "extract", "train"}) {
      Result help = run(command, "--help");
      assertThat(help.code()).isEqualTo(Main.DONE);
      assertThat(help.text().split("\n  stemspark " + command, -1)).hasSizeGreaterThan(2);
    }
  }

  @Test
  void versionNamesTheFastPath() {
    Result version = run("--version");
    assertThat(version.code()).isEqualTo(Main.DONE);
    assertThat(version.text())
        .contains("Stemspark 0.")
        .contains("Spark 4.")
        .contains("Deeplearning4j 1.0.0-M2.1")
        .contains("FFmpeg ")
        .contains("ND4J CpuBackend")
        .contains("(fast path active)");
  }

  private Result separate(Path input, String... more) {
    String[] fixed = {"separate", input.toString(), out.toString(), "--model", bundle.toString()};
    String[] all = Arrays.copyOf(fixed, fixed.length + more.length);
    System.arraycopy(more, 0, all, fixed.length, more.length);
    return run(all);
  }
}
