package io.stemspark.cli;

import static io.stemspark.cli.Result.assertUsage;
import static io.stemspark.cli.Result.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.stemspark.Demo;
import io.stemspark.internal.audio.Waveform;
import io.stemspark.internal.onnx.proto.ModelProto;
import io.stemspark.internal.onnx.proto.TensorProto;
import io.stemspark.internal.onnx.proto.TensorProto.DataLocation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Other people's networks, from their files to stems. Those of src/test/golden/segments.py. */
@Tag("integration")
class OthersModelsTest extends ThreeSongs {
  private static final Path NETWORKS = Demo.FOLDER.resolve("../model/src/test/resources/segments");

  private Result imported(String preset, List<String> files, String... more) {
    List<String> arguments = new ArrayList<>(List.of("bundle", "import", "--preset", preset));
    files.forEach(file -> arguments.add(NETWORKS.resolve(file).toString()));
    arguments.add(bundle.toString());
    arguments.addAll(Arrays.asList(more));
    return run(arguments.toArray(String[]::new));
  }

  private void assertImported(String preset, List<String> files, String... more)
      throws IOException {
    Files.delete(bundle);
    Result result = imported(preset, files, more);
    assertThat(result.code()).as(result.text()).isEqualTo(Main.DONE);
  }

  @Test
  void stemsHaveTheModelsNamesAndSumToTheMixture() throws IOException {
    assertImported("htdemucs", List.of("samples.onnx"), "--stems=vocals,drums,other");
    Result result = separate(music);
    assertThat(result.code()).as(result.text()).isEqualTo(Main.DONE);
    assertThat(result.text()).contains("3 tracks separated");
    Waveform mixture = Demo.read(music.resolve("a.mp3"));
    List<Waveform> stems = new ArrayList<>();
    for (String stem : List.of("vocals", "drums", "other")) {
      stems.add(Demo.read(out.resolve("a").resolve(stem + ".wav")));
    }
    for (int i = 0; i < mixture.length(); i++) {
      int sum = 0;
      for (Waveform stem : stems) {
        sum += Math.round(stem.channel(1)[i] * 32_768);
      }
      assertThat(sum).isCloseTo(Math.round(mixture.channel(1)[i] * 32_768), within(1));
    }
    assertThat(separate(music).text()).contains("0 tracks separated, 3 already done");
  }

  @Test
  void whatIsWantedIsWritten() throws IOException {
    assertImported(
        "htdemucs",
        List.of("hybrid.onnx"),
        "--stems=drums,bass,vocals",
        "--fft-size=64",
        "--residual=bass");
    Result result = separate(music, "--set", "stemspark.output.stems=[vocals,accompaniment]");
    assertThat(result.code()).as(result.text()).isEqualTo(Main.DONE);
    try (var files = Files.list(out.resolve("a"))) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder("vocals.wav", "accompaniment.wav");
    }
    assertUsage(
        separate(music, "--set", "stemspark.output.stems=piano"),
        "stemspark.output.stems has piano, but the model gives [drums, bass, vocals].");
  }

  @Test
  void severalFilesMakeOneModel() throws IOException {
    assertImported("spleeter", List.of("vocals.onnx", "accompaniment.onnx"));
    Result result = separate(music.resolve("a.mp3"));
    assertThat(result.code()).as(result.text()).isEqualTo(Main.DONE);
    assertThat(out.resolve("a/accompaniment.wav")).isNotEmptyFile();
    Result shown = run("bundle", "show", bundle.toString());
    assertThat(shown.text())
        .contains("\"output\" : \"RATIO\"", "vocals.onnx, accompaniment.onnx", "ms in float");
  }

  @Test
  void whatIsMissingIsNamed() {
    assertUsage(
        imported("mdx", List.of("planes.onnx"), "--stems=vocals"),
        "planes.onnx cannot be imported.",
        "It is not among the networks that are known by their hash. Name its FFT size (--fft-size)");
    assertUsage(
        imported("htdemucs", List.of("samples.onnx"), "--stems=vocals"),
        "It gives 3 stems, and these are [vocals]. Name as many: --stems.");
    assertUsage(
        imported("scnet", List.of("samples.onnx"), "--stems=a,b,c"),
        "Expected spec_real among them. Is it of another preset?");
    assertUsage(
        run("bundle", "import", NETWORKS.resolve("samples.onnx").toString(), bundle.toString()),
        "A network without --preset needs --fft-size, --hop-length, --input and --output.");
  }

  @Test
  void whatHasNoEffectIsRefused() {
    assertUsage(
        imported("htdemucs", List.of("samples.onnx"), "--stems=a,b,c", "--channels=2"),
        "The option --channels has no effect with --preset. Leave it out.");
    assertUsage(
        run(
            "bundle",
            "import",
            NETWORKS.resolve("samples.onnx").toString(),
            bundle.toString(),
            "--gain=2"),
        "The option --gain has no effect without --preset. Leave it out.");
    assertUsage(
        imported("htdemucs", List.of("samples.onnx"), "--stems=a,b,c", "--overlap=1"),
        "The overlap is 1.0. Expected a share of a segment, 0 to 0.98.");
  }

  /** As exporters write the weights of large models; and as somebody hostile does. */
  @Test
  void weightsBesideAModelAreTakenIn() throws IOException {
    ModelProto.Builder model =
        ModelProto.parseFrom(Files.readAllBytes(NETWORKS.resolve("samples.onnx"))).toBuilder();
    TensorProto.Builder weights = model.getGraphBuilder().getInitializerBuilder(0);
    Files.write(folder.resolve("large.weights"), weights.getRawData().toByteArray());
    weights.clearRawData().setDataLocation(DataLocation.EXTERNAL);
    weights.addExternalDataBuilder().setKey("location").setValue("large.weights");
    Path large = folder.resolve("large.onnx");
    Files.write(large, model.build().toByteArray());
    assertImported("htdemucs", List.of(large.toString()), "--stems=vocals,drums,other");
    assertThat(separate(music).text()).contains("3 tracks separated");

    weights.getExternalDataBuilder(0).setValue("../large.weights");
    Files.write(large, model.build().toByteArray());
    Files.delete(bundle);
    assertUsage(
        imported("htdemucs", List.of(large.toString()), "--stems=vocals,drums,other"),
        "Expected the name of a file beside the model.");
    assertThat(bundle).doesNotExist();
  }
}
