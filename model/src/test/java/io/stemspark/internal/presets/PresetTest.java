package io.stemspark.internal.presets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.stemspark.audio.SampleFormat;
import io.stemspark.bundle.Manifest.Member;
import io.stemspark.bundle.ModelBundle;
import io.stemspark.bundle.Origin;
import io.stemspark.internal.onnx.InferenceSettings;
import io.stemspark.internal.onnx.Network;
import io.stemspark.internal.onnx.proto.FunctionProto;
import io.stemspark.internal.onnx.proto.ModelProto;
import io.stemspark.internal.onnx.proto.NodeProto;
import io.stemspark.internal.onnx.proto.OperatorSetIdProto;
import io.stemspark.internal.onnx.proto.StringStringEntryProto;
import io.stemspark.internal.separation.CollectedStems;
import io.stemspark.internal.separation.MemoryReader;
import io.stemspark.internal.separation.NetworkLoader;
import io.stemspark.internal.separation.SeparationEngine;
import io.stemspark.network.NetworkSpec.Joining;
import io.stemspark.network.NetworkSpec.Output;
import io.stemspark.network.NetworkSpec.Patches;
import io.stemspark.network.NetworkSpec.Segments;
import io.stemspark.network.Precision;
import io.stemspark.network.Stem;
import io.stemspark.separation.OutputConfig;
import io.stemspark.separation.SeparationConfig;
import io.stemspark.spectrogram.StftConfig.Window;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** On the networks of src/test/golden/segments.py, which are small in samples too. */
class PresetTest {
  private static final Stem DRUMS = new Stem("drums");
  private static final List<Stem> THREE = List.of(Stem.VOCALS, DRUMS, Stem.OTHER);
  private static final Origin.Imported ORIGIN =
      new Origin.Imported("MIT", "a test", "x.onnx", "test", "2026-01-01T00:00:00Z");

  private static Overrides asked(List<Stem> stems, Integer fftSize, Integer hopLength) {
    return new Overrides(
        stems,
        Optional.ofNullable(fftSize),
        Optional.ofNullable(hopLength),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        false);
  }

  private static NetworkFile file(String name) throws IOException {
    return NetworkFile.of(name, resource(name));
  }

  private static byte[] resource(String name) throws IOException {
    try (InputStream file = PresetTest.class.getResourceAsStream("/segments/" + name)) {
      return file.readAllBytes();
    }
  }

  private static Segments only(Description description) {
    assertThat(description.members()).hasSize(1);
    return (Segments) description.members().get(0).network();
  }

  @Test
  void filesSayMost() throws IOException {
    Segments samples =
        only(Preset.HTDEMUCS.describe(List.of(file("samples.onnx")), asked(THREE, null, null)));
    assertThat(samples.samples()).isEqualTo(1000);
    assertThat(samples.step()).isEqualTo(750);
    assertThat(samples.level()).isTrue();
    assertThat(samples.inputs().get(0).name()).isEqualTo("mix");

    Segments hybrid =
        only(Preset.HTDEMUCS.describe(List.of(file("hybrid.onnx")), asked(THREE, 64, null)));
    assertThat(hybrid.spectra().get(0).hopLength()).isEqualTo(16);
    assertThat(hybrid.spectra().get(0).bins()).isEqualTo(32);
    assertThat(hybrid.outputs()).hasSize(3);

    Segments plain =
        only(Preset.ROFORMER.describe(List.of(file("spectra.onnx")), asked(THREE, null, 16)));
    assertThat(plain.spectra().get(0).fftSize()).isEqualTo(64);
    assertThat(plain.samples()).isEqualTo(992);
    assertThat(plain.level()).isFalse();

    Segments mdx =
        only(
            Preset.MDX.describe(List.of(file("planes.onnx")), asked(List.of(Stem.VOCALS), 64, 16)));
    assertThat(mdx.joining()).isEqualTo(Joining.HANN);
    assertThat(mdx.samples()).isEqualTo(1008);
    assertThat(mdx.step()).isEqualTo(944);
    assertThat(mdx.border()).isEqualTo(32);
    assertThat(mdx.spectra().get(0).silentBins()).isEqualTo(3);
  }

  @Test
  void aStemOfAFileIsThatOfItsName() throws IOException {
    Description description =
        Preset.SPLEETER.describe(
            List.of(file("vocals.onnx"), file("accompaniment.onnx")), asked(List.of(), null, null));
    assertThat(description.members())
        .extracting(Member::name)
        .containsExactly("vocals", "accompaniment");
    Patches vocals = (Patches) description.members().get(0).network();
    assertThat(vocals.stems()).containsExactly(Stem.VOCALS);
    assertThat(vocals.output()).isEqualTo(Output.RATIO);
    assertThat(vocals.patch().frames()).isEqualTo(16);
    assertThatThrownBy(
            () ->
                Preset.SPLEETER.describe(
                    List.of(NetworkFile.of("a.onnx", resource("vocals.onnx"))),
                    asked(List.of(), null, null)))
        .hasMessageContaining("a.onnx: Its name tells no stem.");
  }

  @Test
  void asManyNetworksAsStemsAreSpecialists() throws IOException {
    byte[] model = resource("samples.onnx");
    Description bag =
        Preset.HTDEMUCS.describe(
            List.of(
                NetworkFile.of("ft_other.onnx", model),
                NetworkFile.of("ft_vocals.onnx", model),
                NetworkFile.of("ft_drums.onnx", model)),
            asked(THREE, null, null));
    assertThat(bag.members())
        .extracting(Member::weights)
        .containsExactly(List.of(0.0, 0.0, 1.0), List.of(1.0, 0.0, 0.0), List.of(0.0, 1.0, 0.0));
    Description ensemble =
        Preset.HTDEMUCS.describe(
            List.of(NetworkFile.of("a.onnx", model), NetworkFile.of("a.onnx", model)),
            asked(THREE, null, null));
    assertThat(ensemble.members()).extracting(Member::name).containsExactly("a", "a-1");
    assertThat(ensemble.members().get(1).weights()).containsExactly(1.0, 1.0, 1.0);
  }

  @Test
  void ofFewerNetworksEachGivesItsStemAndAllTheRest() throws IOException {
    byte[] model = resource("samples.onnx");
    Description bag =
        Preset.HTDEMUCS.describe(
            List.of(
                NetworkFile.of("ft_drums.onnx", model), NetworkFile.of("ft_vocals.onnx", model)),
            asked(THREE, null, null));
    assertThat(bag.members())
        .extracting(Member::weights)
        .containsExactly(List.of(0.0, 1.0, 1.0), List.of(1.0, 0.0, 1.0));
  }

  /** As unblend notes a network of the vocals: the instrumental is what they leave. */
  @Test
  void theLastNotedStemMayBeWhatOthersLeave() throws IOException {
    byte[] model =
        noting(
            "spectra.onnx",
            "sources",
            "[\"vocals\", \"drums\", \"bass\", \"other\"]",
            "output_complement",
            "true");
    Segments spec =
        only(
            Preset.ROFORMER.describe(
                List.of(NetworkFile.of("x.onnx", model)), asked(List.of(), null, 16)));
    assertThat(spec.stems()).containsExactly(Stem.VOCALS, DRUMS, new Stem("bass"));
    byte[] three =
        noting("spectra.onnx", "sources", "[\"vocals\", \"drums\", \"bass\", \"other\"]");
    assertThatThrownBy(
            () ->
                Preset.ROFORMER.describe(
                    List.of(NetworkFile.of("x.onnx", three)), asked(List.of(), null, 16)))
        .hasMessageContaining("It gives 3 stems");
  }

  /** All that unblend notes of a network whose transform is not the usual one. */
  @Test
  void whatIsNotedOfTheTransformIsTaken() throws IOException {
    byte[] model =
        noting(
            "spectra.onnx",
            "stft_n_fft",
            "64",
            "stft_hop_length",
            "16",
            "stft_win_length",
            "64",
            "stft_normalized",
            "true",
            "stft_window",
            "none",
            "external_normalization",
            "true",
            "sample_rate",
            "48000",
            "sources",
            "[\"vocals\", \"drums\", \"other\"]");
    Segments spec =
        only(
            Preset.SCNET.describe(
                List.of(NetworkFile.of("x.onnx", model)), asked(List.of(), null, null)));
    assertThat(spec.level()).isTrue();
    assertThat(spec.sampleRate()).isEqualTo(48_000);
    assertThat(spec.stems()).isEqualTo(THREE);
    assertThat(spec.spectra().get(0).normalised()).isTrue();
    assertThat(spec.spectra().get(0).window()).isEqualTo(Window.RECTANGULAR);
    for (String[] lie :
        new String[][] {
          {"stft_win_length", "48", "Its windows have 48 samples, and its FFT 64."},
          {"stft_normalized", "yes", "It notes stft_normalized = yes. Expected true or false."}
        }) {
      byte[] lying = noting("spectra.onnx", lie[0], lie[1]);
      assertThatThrownBy(
              () ->
                  Preset.SCNET.describe(
                      List.of(NetworkFile.of("x.onnx", lying)), asked(THREE, null, 16)))
          .hasMessageContaining(lie[2]);
    }
  }

  private static byte[] noting(String name, String... pairs) throws IOException {
    ModelProto.Builder model = ModelProto.parseFrom(resource(name)).toBuilder();
    for (int i = 0; i < pairs.length; i += 2) {
      model.addMetadataProps(
          StringStringEntryProto.newBuilder().setKey(pairs[i]).setValue(pairs[i + 1]));
    }
    return model.build().toByteArray();
  }

  @Test
  void optionsWithoutUseAreRefused() {
    Overrides gain =
        new Overrides(
            THREE,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.of(2.0),
            Optional.empty(),
            false);
    assertThatThrownBy(() -> Preset.SPLEETER.describe(List.of(file("samples.onnx")), gain))
        .hasMessageContaining("the preset spleeter have no use for --gain. Leave it out.");
    assertThatThrownBy(
            () -> Preset.HTDEMUCS.describe(List.of(file("samples.onnx")), asked(THREE, 4096, null)))
        .hasMessageContaining("have no use for --fft-size");
  }

  @Test
  void whatFilesLeaveOpenHasToBeSaid() {
    assertThatThrownBy(
            () -> Preset.SCNET.describe(List.of(file("spectra.onnx")), asked(THREE, null, null)))
        .hasMessageContaining("It does not note its hop length. Name it: --hop-length.");
    assertThatThrownBy(
            () -> Preset.MDX.describe(List.of(file("planes.onnx")), asked(THREE, null, null)))
        .hasMessageContaining("It is not among the networks that are known by their hash.");
    assertThatThrownBy(
            () ->
                Preset.HTDEMUCS.describe(
                    List.of(file("samples.onnx")), asked(List.of(DRUMS), null, null)))
        .hasMessageContaining("It gives 3 stems, and these are [drums]. Name as many: --stems.");
    assertThatThrownBy(
            () -> Preset.ROFORMER.describe(List.of(file("samples.onnx")), asked(THREE, 64, 16)))
        .hasMessageContaining("Expected spec_real among them. Is it of another preset?");
  }

  private static ModelBundle bundle(Description description) throws IOException {
    ModelBundle bundle =
        ModelBundle.importing(
            description.stft(),
            Optional.empty(),
            description.members(),
            description.models(),
            ORIGIN);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bundle.write(bytes);
    return ModelBundle.read("x.bundle", new ByteArrayInputStream(bytes.toByteArray()));
  }

  private static CollectedStems separate(ModelBundle bundle, float[][] mixture, int rate)
      throws IOException {
    List<Network> networks =
        NetworkLoader.loadAll(bundle, InferenceSettings.oneThread(Precision.AUTO));
    try {
      SeparationConfig config =
          SeparationConfig.standard().withOutput(OutputConfig.wav()).of(bundle.manifest().stems());
      CollectedStems stems = new CollectedStems(mixture.length);
      SeparationEngine.of(bundle, networks, config)
          .separate(reader(mixture, rate), () -> reader(mixture, rate), stems);
      return stems;
    } finally {
      networks.forEach(Network::close);
    }
  }

  private static MemoryReader reader(float[][] mixture, int rate) {
    return new MemoryReader(mixture, rate, SampleFormat.INT16);
  }

  private static float[][] noise(int channels, int length) {
    Random random = new Random(length);
    float[][] samples = new float[channels][length];
    for (float[] channel : samples) {
      for (int i = 0; i < length; i++) {
        channel[i] = Math.round(20_000 * (random.nextFloat() - 0.5f)) / 32_768f;
      }
    }
    return samples;
  }

  /** What exporters write beside plain graphs. */
  @Test
  void branchesAndFunctionsRun() throws IOException {
    float[][] mixture = noise(2, 3000);
    byte[] plain = resource("samples.onnx");
    assertThat(vocals(withFunction(plain), mixture)).isDeepEqualTo(vocals(plain, mixture));
    float[][] soft = vocals(resource("branch.onnx"), mixture);
    assertThat(soft[0]).isNotEqualTo(new float[3000]);
  }

  private static float[][] vocals(byte[] model, float[][] mixture) throws IOException {
    Description description =
        Preset.HTDEMUCS.describe(
            List.of(NetworkFile.of("a.onnx", model)), asked(THREE, null, null));
    return separate(bundle(description), mixture, 44_100).stem(0);
  }

  /** The same with its activation in a function. */
  private static byte[] withFunction(byte[] model) throws IOException {
    ModelProto.Builder proto = ModelProto.parseFrom(model).toBuilder();
    for (NodeProto.Builder node : proto.getGraphBuilder().getNodeBuilderList()) {
      if (node.getOpType().equals("Tanh")) {
        node.setDomain("local").setOpType("activation");
      }
    }
    proto.addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("local").setVersion(1));
    proto.addFunctions(
        FunctionProto.newBuilder()
            .setDomain("local")
            .setName("activation")
            .addInput("x")
            .addOutput("y")
            .addOpsetImport(proto.getOpsetImport(0))
            .addNode(NodeProto.newBuilder().setOpType("Tanh").addInput("x").addOutput("y")));
    return proto.build().toByteArray();
  }

  @ParameterizedTest
  @CsvSource({
    "samples.onnx, 44100, 2, 5000", "samples.onnx, 44100, 1, 999", "samples.onnx, 48000, 3, 4000",
    "samples.onnx, 8000, 6, 800", "samples.onnx, 96000, 2, 9000", "samples.onnx, 44100, 2, 0",
    "samples.onnx, 44100, 2, 1", "hybrid.onnx, 44100, 2, 3000", "hybrid.onnx, 22050, 1, 1500"
  })
  void stemsSumToTheMixtureExactly(String name, int rate, int channels, int length)
      throws IOException {
    boolean hybrid = name.equals("hybrid.onnx");
    Overrides asked = asked(THREE, hybrid ? 64 : null, hybrid ? 16 : null);
    ModelBundle bundle = bundle(Preset.HTDEMUCS.describe(List.of(file(name)), asked));
    assertThat(bundle.manifest().residual()).isEqualTo(Stem.OTHER);
    float[][] mixture = noise(channels, length);
    CollectedStems stems = separate(bundle, mixture, rate);
    for (int c = 0; c < channels; c++) {
      assertThat(stems.stem(2)[c]).hasSize(length);
      for (int i = 0; i < length; i++) {
        float sum = stems.stem(0)[c][i] + stems.stem(1)[c][i] + stems.stem(2)[c][i];
        assertThat(sum).isEqualTo(mixture[c][i]);
      }
    }
  }

  @Test
  void theMeanOfEqualEstimatesIsEachOfThem() throws IOException {
    byte[] model = resource("samples.onnx");
    Description one =
        Preset.HTDEMUCS.describe(
            List.of(NetworkFile.of("a.onnx", model)), asked(THREE, null, null));
    Description two =
        Preset.HTDEMUCS.describe(
            List.of(NetworkFile.of("a.onnx", model), NetworkFile.of("b.onnx", model)),
            asked(THREE, null, null));
    float[][] mixture = noise(2, 4000);
    CollectedStems alone = separate(bundle(one), mixture, 44_100);
    CollectedStems mean = separate(bundle(two), mixture, 44_100);
    for (int stem = 0; stem < 3; stem++) {
      for (int i = 0; i < 4000; i++) {
        assertThat(mean.stem(stem)[1][i]).isCloseTo(alone.stem(stem)[1][i], within(4e-5f));
      }
    }
  }
}
