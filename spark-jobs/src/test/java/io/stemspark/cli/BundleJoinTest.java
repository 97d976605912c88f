package io.stemspark.cli;

import static io.stemspark.cli.Result.assertUsage;
import static io.stemspark.cli.Result.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.stemspark.Demo;
import io.stemspark.internal.audio.Waveform;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several models as one, and what is heard of a new one. */
@Tag("integration")
class BundleJoinTest {
  private static final Path STARTER = Demo.FOLDER.resolve("starter.bundle");
  private static final Path CLIPS = Demo.FOLDER.resolve("train");
  private static final Path CLIP = CLIPS.resolve("en-weasels/mixture.flac");

  @TempDir private Path folder;
  private Path segments;
  private Path joined;

  @BeforeEach
  void prepare() {
    segments = folder.resolve("segments.bundle");
    joined = folder.resolve("joined.bundle");
    assertDone(imported(segments));
  }

  private static void assertDone(Result result) {
    assertThat(result.code()).as(result.text()).isEqualTo(Main.DONE);
  }

  private static Result imported(Path bundle, String... more) {
    Path network = Demo.FOLDER.resolve("../model/src/test/resources/segments/samples.onnx");
    List<String> arguments = new ArrayList<>(List.of("bundle", "import", "--preset=htdemucs"));
    arguments.addAll(List.of("--stems=vocals,drums,bass", network.toString(), bundle.toString()));
    arguments.addAll(Arrays.asList(more));
    return run(arguments.toArray(String[]::new));
  }

  private Result join(String... more) {
    List<String> arguments = new ArrayList<>(List.of("bundle", "join"));
    arguments.addAll(List.of(STARTER.toString(), segments.toString(), joined.toString()));
    arguments.addAll(Arrays.asList(more));
    return run(arguments.toArray(String[]::new));
  }

  private Waveform separated(Path bundle, String stem) throws IOException {
    Path stems = folder.resolve(bundle.getFileName() + "-stems");
    if (!Files.exists(stems)) {
      assertDone(
          run(
              "separate",
              CLIP.toString(),
              stems.toString(),
              "--model",
              bundle.toString(),
              "--set=stemspark.output.bit-depth=float32",
              "--set=stemspark.separation.precision=float"));
    }
    return Demo.read(stems.resolve("mixture").resolve(stem + ".wav"));
  }

  @Test
  void ofAStemThatBothEstimateTheWeightedMeanIsTaken() throws IOException {
    assertDone(join("--weights=2,1", "--weights=vocals=1,3"));
    Waveform one = separated(STARTER, "vocals");
    Waveform other = separated(segments, "vocals");
    Waveform both = separated(joined, "vocals");
    Waveform drums = separated(joined, "drums");
    Waveform drumsAlone = separated(segments, "drums");
    for (int i = 0; i < both.length(); i++) {
      float expected = (one.channel(1)[i] + 3 * other.channel(1)[i]) / 4;
      assertThat(both.channel(1)[i]).isCloseTo(expected, within(1e-5f));
      assertThat(drums.channel(0)[i]).isCloseTo(drumsAlone.channel(0)[i], within(1e-6f));
    }
    assertThat(run("bundle", "show", joined.toString()).text())
        .contains("1-unet.int8.onnx", "2-samples.onnx", "[ 3.0, 1.0, 1.0 ]");
  }

  @Test
  void aNewModelIsHeardBeforeItIsWritten() throws IOException {
    Path page = folder.resolve("heard.html");
    Result result = join("--clips=" + CLIPS, "--page=" + page);
    assertDone(result);
    assertThat(result.text())
        .contains("Heard on 4 clips, 28 s:", "vocals ", "SDR ", "other ", "within ", " MB.");
    assertThat(page).content().contains("<h2>it-wrong</h2>", "<figcaption>drums");
    // Its gain makes the voice ten times as loud.
    assertThat(imported(folder.resolve("loud.bundle"), "--clips=" + CLIPS, "--gain=10").text())
        .contains("The stem vocals is no closer to the truth than the mixture is.");
  }

  @Test
  void bundlesOfAFolderAreListed() throws IOException {
    Files.writeString(folder.resolve("cat.bundle"), "a picture of a cat");
    assertDone(imported(folder.resolve("more.bundle"), "--licence=MIT", "--source=a lab"));
    Result result = run("bundle", "list", folder.toString());
    assertDone(result);
    assertThat(result.text().lines().map(line -> line.replaceAll(" +", " ")))
        .contains("more.bundle 0.0 vocals, drums, bass, other 1 MIT a lab")
        .anyMatch(line -> line.startsWith("cat.bundle cat.bundle is not a usable model bundle."));
    assertUsage(run("bundle", "list", folder + "/none"), "none does not exist.");
  }

  @Test
  void whatCannotBeJoinedIsRefused() throws IOException {
    assertUsage(join("--weights=1,2,3"), "--weights has 3 weights for 2 bundles.");
    assertUsage(join("--weights=vocals=1,x"), "--weights has 1,x. Expected numbers such as 2,1.");
    assertUsage(join("--weights=vocal=1,2"), "--weights has vocal, but the bundles have [vocals,");
    assertUsage(join("--weights=1,2", "--weights=2,1"), "and others for the same.");
    assertUsage(join("--weights=0,0"), "No network gives the stem");
    assertUsage(join("--page=" + folder.resolve("page.html")), "--page needs clips to show.");
    assertUsage(join("--clips=" + folder), "holds no clips. Expected folders");
    assertThat(joined).doesNotExist();
  }
}
