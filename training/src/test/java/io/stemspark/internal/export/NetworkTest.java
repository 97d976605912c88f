package io.stemspark.internal.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stemspark.bundle.ModelBundle;
import io.stemspark.bundle.Origin;
import io.stemspark.internal.onnx.InferenceSettings;
import io.stemspark.internal.onnx.Network;
import io.stemspark.internal.onnx.OnnxNetwork;
import io.stemspark.internal.separation.NetworkLoader;
import io.stemspark.internal.training.BatchAssembler;
import io.stemspark.internal.training.StemPatch;
import io.stemspark.internal.training.TestTraining;
import io.stemspark.network.InferenceBackend;
import io.stemspark.network.NetworkSpec;
import io.stemspark.network.Precision;
import io.stemspark.network.Stem;
import io.stemspark.network.UNetConfig;
import io.stemspark.network.UNetConfig.Fold;
import io.stemspark.patch.Patch;
import io.stemspark.patch.PatchConfig;
import io.stemspark.patch.Patcher;
import io.stemspark.spectrogram.Stft;
import io.stemspark.spectrogram.StftConfig;
import io.stemspark.spectrogram.StftConfig.Window;
import io.stemspark.training.TrainingBackend;
import io.stemspark.training.TrainingConfig;
import io.stemspark.unet.UNetGraph;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.NoOp;

@Tag("integration")
class NetworkTest {
  private static final StftConfig STFT = new StftConfig(44_100, 4096, 1024, Window.HANN);
  private static final PatchConfig PATCH = new PatchConfig(64, 512);
  private static final UNetConfig UNET = new UNetConfig(1, 1, List.of(8, 16, 32));
  private static final UNetConfig FOLDED = new UNetConfig(2, 2, List.of(8, 16), new Fold(2, 4));

  private static final UNetConfig THREE_STEMS =
      new UNetConfig(2, 6, List.of(8, 16), new Fold(2, 2));

  static Stream<Arguments> trained() {
    return networks().stream()
        .flatMap(
            unet ->
                Stream.of(TrainingBackend.values()).map(trainer -> Arguments.of(trainer, unet)));
  }

  /** Whatever has trained a bundle, the masks are the same, whatever computes them. */
  @ParameterizedTest
  @MethodSource("trained")
  void enginesAgreeOnABundleThatAnyOfThemTrained(TrainingBackend trainer, UNetConfig unet)
      throws IOException {
    int channels = unet.inChannels();
    ComputationGraph network = trainer.create(unet, PATCH, new Adam(1e-3), 4);
    List<StemPatch> patches = patches(channels);
    BatchAssembler assembler = new BatchAssembler(PATCH, channels, noAugmentation(unet));
    for (int step = 0; step < 5; step++) {
      // Running statistics far from their start make a wrong folding visible.
      network.fit(assembler.assemble(patches.subList(0, 4), step));
    }
    Origin.Fitted origin =
        new Origin.Fitted("", unet, new Origin.Provenance("", "", "", 0, 0, Map.of()));
    ModelBundle bundle = TrainedWeights.pack(STFT, PATCH, stems(unet), origin, Map.of(), network);
    NetworkSpec.Patches spec = bundle.manifest().network();
    float[] magnitudes = new float[patches.size() * spec.inputSize()];
    for (int i = 0; i < patches.size(); i++) {
      patches.get(i).stems().get(0).magnitudes(magnitudes, i * spec.inputSize());
    }

    ComputationGraph inTorch = TrainingBackend.TORCH.create(unet, PATCH, new NoOp(), 0);
    inTorch.setParams(TrainedWeights.graph(bundle).params());
    float[] reference = masks(TrainedWeights.graph(bundle), magnitudes, patches.size(), spec);
    assertSameMasks(masks(inTorch, magnitudes, patches.size(), spec), reference);
    try (Network onnx = OnnxNetwork.onCpu(bundle.onnx(), spec, 2)) {
      assertSameMasks(masks(onnx, magnitudes, patches.size(), spec.stems().size()), reference);
    }
  }

  /** The graph's estimate is mask * mixture, so a mixture of ones returns the mask. */
  private static float[] masks(
      ComputationGraph network, float[] magnitudes, int batch, NetworkSpec.Patches spec) {
    float[] spectrogram = new float[magnitudes.length];
    for (int i = 0; i < spectrogram.length; i++) {
      spectrogram[i] = (float) Math.log1p(magnitudes[i]);
    }
    INDArray[] outputs =
        network.output(
            false,
            Nd4j.createFromArray(spectrogram).reshape(spec.inputShape(batch)),
            Nd4j.ones(spec.outputShape(batch)));
    return outputs[0].dup('c').data().asFloat();
  }

  private static void assertSameMasks(float[] masks, float[] reference) {
    float worst = 0;
    float least = 1;
    float most = 0;
    for (int i = 0; i < masks.length; i++) {
      worst = Math.max(worst, Math.abs(masks[i] - reference[i]));
      least = Math.min(least, masks[i]);
      most = Math.max(most, masks[i]);
    }
    assertThat(worst).isLessThan(1e-4f);
    assertThat(most - least).as("masks that differ at all").isGreaterThan(0.1f);
  }

  /**
   * Whoever shares the work, and with whom a patch is batched: the bits are the same. (Of a float
   * model by 3 threads they are not: ONNX Runtime then cuts sums elsewhere.)
   */
  @Test
  void threadsAndBatchesChangeNothing() throws IOException {
    ModelBundle starter;
    try (InputStream file = Files.newInputStream(TestTraining.DEMO.resolve("starter.bundle"))) {
      starter = ModelBundle.read("starter.bundle", file);
    }
    PatchConfig patch = starter.manifest().patch();
    float[] magnitudes = new float[4 * patch.size()];
    Random random = new Random(1);
    for (int i = 0; i < magnitudes.length; i++) {
      magnitudes[i] = (float) Math.abs(10 * random.nextGaussian());
    }
    for (Precision precision : new Precision[] {Precision.FLOAT, Precision.INT8}) {
      try (Network alone = NetworkLoader.load(starter, InferenceSettings.oneThread(precision));
          Network shared =
              NetworkLoader.load(
                  starter,
                  new InferenceSettings(InferenceBackend.CPU, precision, 2, OptionalInt.empty()))) {
        float[] together = masks(alone, magnitudes, 4, 1);
        assertThat(Arrays.equals(masks(shared, magnitudes, 4, 1), together))
            .as("threads, " + precision)
            .isTrue();
        for (int i = 0; i < 4; i++) {
          int from = i * patch.size();
          int to = from + patch.size();
          assertThat(
                  Arrays.equals(
                      masks(alone, Arrays.copyOfRange(magnitudes, from, to), 1, 1),
                      Arrays.copyOfRange(together, from, to)))
              .as("batch, " + precision)
              .isTrue();
        }
      }
    }
  }

  static List<UNetConfig> networks() {
    return List.of(UNET, FOLDED, THREE_STEMS);
  }

  /** The 8-bit model against the one in single precision, on patches that calibrated it. */
  @ParameterizedTest
  @MethodSource("networks")
  void bytesEstimateAlmostTheSameMasks(UNetConfig unet) throws IOException {
    int channels = unet.inChannels();
    ComputationGraph network = UNetGraph.create(unet, PATCH, new Adam(1e-3), 4, DataType.FLOAT);
    List<StemPatch> patches = patches(channels);
    BatchAssembler assembler = new BatchAssembler(PATCH, channels, noAugmentation(unet));
    for (int step = 0; step < 5; step++) {
      network.fit(assembler.assemble(patches.subList(0, 4), step));
    }
    NetworkSpec.Patches spec = NetworkSpec.Patches.unet(PATCH, channels, stems(unet));
    byte[] onnx = OnnxExport.export(network, unet, PATCH);
    float[] magnitudes = new float[spec.inputSize()];
    patches.get(0).stems().get(1).magnitudes(magnitudes, 0);
    ActivationRanges ranges = ActivationRanges.measure(onnx, spec, List.of(magnitudes));
    byte[] bytes = OnnxExport.exportInt8(network, unet, PATCH, ranges);
    assertThat(bytes.length).isLessThan(onnx.length / 2);
    try (Network exact = OnnxNetwork.onCpu(onnx, spec, 1);
        Network rough = OnnxNetwork.onCpu(bytes, spec, 1)) {
      float[] expected = masks(exact, magnitudes, 1, unet.stems());
      float[] masks = masks(rough, magnitudes, 1, unet.stems());
      double error = 0;
      for (int i = 0; i < masks.length; i++) {
        error += Math.abs(masks[i] - expected[i]) / masks.length;
      }
      assertThat(error).isBetween(1e-6, 0.02);
    }
  }

  @Test
  void refusesAModelOfAnotherShape() {
    ComputationGraph network = UNetGraph.create(UNET, PATCH, new Adam(1e-3), 4, DataType.FLOAT);
    byte[] onnx = OnnxExport.export(network, UNET, PATCH);
    assertThatThrownBy(
            () -> OnnxNetwork.onCpu(onnx, NetworkSpec.Patches.unet(new PatchConfig(32, 512)), 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("of shape [-1, 1, 32, 512] (-1: any number).");
    assertThatThrownBy(
            () -> OnnxNetwork.onCpu(new byte[] {1, 2, 3}, NetworkSpec.Patches.unet(PATCH), 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("refuses the model");
  }

  private static TrainingConfig noAugmentation(UNetConfig unet) {
    return TestTraining.unaugmented(4).withStems(stems(unet));
  }

  private static List<Stem> stems(UNetConfig unet) {
    return Stream.of("vocals", "drums", "bass").limit(unet.stems()).map(Stem::new).toList();
  }

  /** Of four stems. Of two channels, the second is the next patch. */
  private static List<StemPatch> patches(int channels) throws IOException {
    Stft stft = new Stft(STFT);
    Patcher patcher = new Patcher(PATCH);
    float[] vocals = TestTraining.stem("vocals");
    float[] rest = TestTraining.stem("accompaniment");
    List<Patch> voicePatches = patcher.split(stft.forward(vocals));
    List<Patch> restPatches = patcher.split(stft.forward(rest));
    List<StemPatch> patches = new ArrayList<>();
    for (int i = 0; i < voicePatches.size(); i++) {
      patches.add(
          new StemPatch(
              List.of(
                  voicePatches.get(i).content(),
                  restPatches.get(i).content(),
                  voicePatches.get(i / 2).content(),
                  restPatches.get(i / 2).content())));
    }
    if (channels == 2) {
      return IntStream.range(1, patches.size())
          .mapToObj(i -> StemPatch.stereo(patches.get(i - 1), patches.get(i)))
          .toList();
    }
    return patches;
  }

  private static float[] masks(Network network, float[] magnitudes, int batch, int stems) {
    float[] masks = new float[stems * magnitudes.length];
    network.run(magnitudes, batch, masks);
    return masks;
  }
}
