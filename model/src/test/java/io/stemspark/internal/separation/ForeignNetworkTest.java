package io.stemspark.internal.separation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.stemspark.audio.SampleFormat;
import io.stemspark.bundle.ModelBundle;
import io.stemspark.bundle.Origin;
import io.stemspark.internal.network.UnsoundEstimateException;
import io.stemspark.internal.onnx.InferenceSettings;
import io.stemspark.internal.onnx.Network;
import io.stemspark.internal.onnx.OnnxCheck;
import io.stemspark.internal.onnx.OnnxNetwork;
import io.stemspark.network.InferenceBackend;
import io.stemspark.network.NetworkSpec;
import io.stemspark.network.NetworkSpec.Axes;
import io.stemspark.network.NetworkSpec.Input;
import io.stemspark.network.NetworkSpec.Output;
import io.stemspark.network.Precision;
import io.stemspark.network.Stem;
import io.stemspark.patch.PatchConfig;
import io.stemspark.separation.OutputConfig;
import io.stemspark.separation.SeparationConfig;
import io.stemspark.spectrogram.StftConfig;
import io.stemspark.spectrogram.StftConfig.Window;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Networks that this project has not made. The golden one is by src/test/golden/mdx.py. */
class ForeignNetworkTest {
  private static final StftConfig STFT = new StftConfig(44_100, 512, 128, Window.HANN);
  private static final PatchConfig PATCH = new PatchConfig(16, 256);
  private static final NetworkSpec.Patches MDX =
      new NetworkSpec.Patches(
          Input.COMPLEX, Output.COMPLEX, List.of(Stem.VOCALS), 2, PATCH, Axes.BINS_FRAMES, 1, 1);
  private static final int LENGTH = 15 * 128;

  @Test
  void networkOfTheMdxKindSeparatesAsInPyTorch() throws IOException {
    float[][] expected = floats("/networks/mdx-stems.f32", 4, LENGTH);
    float[][] mixture = {expected[0], expected[1]};
    ModelBundle bundle = throughItsFile(imported(MDX));
    assertThat(bundle.manifest().network()).isEqualTo(MDX);

    float[][] vocals = separate(mixture, bundle, MDX, 0);

    for (int c = 0; c < 2; c++) {
      for (int i = 0; i < LENGTH; i++) {
        assertThat(vocals[c][i]).isCloseTo(expected[2 + c][i], within(2e-4f));
      }
    }
    assertThat(peak(vocals)).isGreaterThan(0.05f);
  }

  @Test
  void factorsAndTheOtherStemAreAppliedAsTheManifestSays() throws IOException {
    float[][] golden = floats("/networks/mdx-stems.f32", 4, LENGTH);
    float[][] mixture = {golden[0], golden[1]};
    NetworkSpec.Patches louder =
        new NetworkSpec.Patches(
            Input.COMPLEX,
            Output.COMPLEX,
            List.of(Stem.ACCOMPANIMENT),
            2,
            PATCH,
            Axes.BINS_FRAMES,
            1,
            0.5);

    float[][] vocals = separate(mixture, imported(louder), louder, 0);

    // But for the highest bin, which has its own rule.
    float error = 0;
    for (int i = 0; i < LENGTH; i++) {
      error = Math.max(error, Math.abs(vocals[0][i] - (mixture[0][i] - golden[2][i] / 2)));
    }
    assertThat(error).isLessThan(0.01f);
  }

  @Test
  void patchComesFromTheModelOrFromTheUser() throws IOException {
    byte[] model = model();
    assertThat(OnnxNetwork.patch(model, Axes.BINS_FRAMES, null, null)).isEqualTo(PATCH);
    assertThat(OnnxNetwork.patch(model, Axes.FRAMES_BINS, null, null))
        .isEqualTo(new PatchConfig(256, 16));
    assertThat(OnnxNetwork.patch(model, Axes.BINS_FRAMES, 32, null))
        .isEqualTo(new PatchConfig(32, 256));
  }

  @Test
  void descriptionThatDoesNotFitSaysWhatWasExpected() {
    NetworkSpec.Patches mono =
        new NetworkSpec.Patches(
            Input.COMPLEX, Output.COMPLEX, List.of(Stem.VOCALS), 1, PATCH, Axes.BINS_FRAMES, 1, 1);
    assertThatThrownBy(() -> imported(mono))
        .hasMessageContaining("input is")
        .hasMessageContaining("Expected one tensor of floats of shape [-1, 2, 256, 16]");
    NetworkSpec.Patches mask =
        new NetworkSpec.Patches(
            Input.COMPLEX, Output.MASK, List.of(Stem.VOCALS), 2, PATCH, Axes.BINS_FRAMES, 1, 1);
    assertThatThrownBy(() -> imported(mask))
        .hasMessageContaining("output is")
        .hasMessageContaining("Expected one tensor of floats of shape [-1, 2, 256, 16]");
    NetworkSpec.Patches wide =
        new NetworkSpec.Patches(
            Input.COMPLEX,
            Output.COMPLEX,
            List.of(Stem.VOCALS),
            2,
            new PatchConfig(16, 512),
            Axes.BINS_FRAMES,
            1,
            1);
    assertThatThrownBy(() -> imported(wide))
        .hasMessageContaining("A patch has 512 bins, but the STFT has 257.");
    assertThatThrownBy(() -> NetworkLoader.load(imported(MDX), runtime(Precision.INT8)))
        .hasMessageContaining("The bundle has no 8-bit model");
  }

  /** What the network gave was finite. */
  @Test
  void whatIsNotFiniteAfterScalingFailsTheTrack() {
    NetworkSpec.Patches louder =
        new NetworkSpec.Patches(
            Input.COMPLEX,
            Output.COMPLEX,
            List.of(Stem.VOCALS),
            2,
            PATCH,
            Axes.BINS_FRAMES,
            1,
            1e6);
    Network huge = SmallSeparation.constant(1e35f);
    SeparationEngine separator = new SeparationEngine(STFT, louder, huge, config(0));
    MemoryReader silence = new MemoryReader(new float[2][20_000], 44_100, SampleFormat.FLOAT32);
    assertThatThrownBy(() -> separator.separate(silence, new CollectedStems(2)))
        .isInstanceOf(UnsoundEstimateException.class);
    assertThatThrownBy(() -> OnnxCheck.requireRuns(huge, louder))
        .hasMessageContaining("not finite");
  }

  /** What sees pairs of channels gives all of them back, also a last one that has no partner. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 5, 8})
  void everyNumberOfChannelsPassesThroughAStereoNetwork(int channels) throws IOException {
    float[][] mixture = new float[channels][9000];
    Random random = new Random(channels);
    for (float[] channel : mixture) {
      for (int i = 0; i < channel.length; i++) {
        channel[i] = random.nextFloat() - 0.5f;
      }
    }
    for (Axes axes : Axes.values()) {
      NetworkSpec.Patches spec =
          new NetworkSpec.Patches(
              Input.COMPLEX, Output.COMPLEX, List.of(Stem.VOCALS), 2, PATCH, axes, 2, 0.5);
      float[][] vocals = separate(mixture, new Same(), spec, 5);
      for (int c = 0; c < channels; c++) {
        for (int i = 0; i < 9000; i++) {
          assertThat(vocals[c][i]).isCloseTo(mixture[c][i], within(1e-5f));
        }
      }
    }
  }

  /** A network that gives the mixture's magnitudes as the stem's. */
  @Test
  void magnitudesBecomeAMask() throws IOException {
    float[][] mixture = floats("/networks/mdx-stems.f32", 4, LENGTH);
    for (int channels : new int[] {1, 2}) {
      NetworkSpec.Patches spec =
          new NetworkSpec.Patches(
              Input.MAGNITUDE,
              Output.MAGNITUDE,
              List.of(Stem.VOCALS),
              channels,
              PATCH,
              Axes.BINS_FRAMES,
              1,
              0.25);
      float[][] vocals = separate(mixture, new Same(), spec, 5);
      for (int i = 0; i < LENGTH; i++) {
        assertThat(vocals[0][i]).isCloseTo(mixture[0][i] / 4, within(1e-5f));
      }
    }
  }

  private static final class Same implements Network {
    @Override
    public void run(float[] input, int batch, float[] output) {
      System.arraycopy(input, 0, output, 0, output.length);
    }

    @Override
    public void close() {}
  }

  private static InferenceSettings runtime(Precision precision) {
    return InferenceSettings.oneThread(precision);
  }

  private static SeparationConfig config(int overlap) {
    return new SeparationConfig(
        InferenceBackend.CPU, Precision.AUTO, overlap / 16.0, 3, false, OutputConfig.wav());
  }

  private static float[][] separate(
      float[][] mixture, ModelBundle bundle, NetworkSpec.Patches spec, int overlap)
      throws IOException {
    try (Network network = NetworkLoader.load(bundle, runtime(Precision.AUTO))) {
      return separate(mixture, network, spec, overlap);
    }
  }

  private static float[][] separate(
      float[][] mixture, Network network, NetworkSpec.Patches spec, int overlap)
      throws IOException {
    float[][] vocals = new float[mixture.length][mixture[0].length];
    new SeparationEngine(STFT, spec, network, config(overlap))
        .separate(
            new MemoryReader(mixture, 44_100, SampleFormat.FLOAT32),
            (stems, position, length) -> {
              for (int c = 0; c < vocals.length; c++) {
                System.arraycopy(stems[0][c], 0, vocals[c], Math.toIntExact(position), length);
              }
            });
    return vocals;
  }

  private static ModelBundle imported(NetworkSpec.Patches spec) throws IOException {
    return ModelBundle.importing(
        model(),
        STFT,
        spec,
        new Origin.Imported("MIT", "a test", "mdx.onnx", "test", "2026-01-01T00:00:00Z"));
  }

  private static ModelBundle throughItsFile(ModelBundle bundle) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bundle.write(bytes);
    return ModelBundle.read("x.bundle", new ByteArrayInputStream(bytes.toByteArray()));
  }

  private static byte[] model() throws IOException {
    try (InputStream file = ForeignNetworkTest.class.getResourceAsStream("/networks/mdx.onnx")) {
      return file.readAllBytes();
    }
  }

  private static float[][] floats(String resource, int rows, int length) throws IOException {
    try (InputStream file = ForeignNetworkTest.class.getResourceAsStream(resource)) {
      ByteBuffer bytes = ByteBuffer.wrap(file.readAllBytes()).order(ByteOrder.LITTLE_ENDIAN);
      float[][] values = new float[rows][length];
      for (float[] row : values) {
        for (int i = 0; i < length; i++) {
          row[i] = bytes.getFloat();
        }
      }
      return values;
    }
  }

  private static float peak(float[][] samples) {
    float peak = 0;
    for (float[] channel : samples) {
      for (float value : channel) {
        peak = Math.max(peak, Math.abs(value));
      }
    }
    return peak;
  }
}
