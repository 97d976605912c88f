package io.stemspark.internal.separation;

import static org.assertj.core.api.Assertions.assertThat;

import io.stemspark.audio.SampleFormat;
import io.stemspark.internal.onnx.Network;
import io.stemspark.network.InferenceBackend;
import io.stemspark.network.NetworkSpec;
import io.stemspark.network.Precision;
import io.stemspark.patch.PatchConfig;
import io.stemspark.separation.OutputConfig;
import io.stemspark.separation.SeparationConfig;
import io.stemspark.separation.SeparationResult;
import io.stemspark.spectrogram.StftConfig;
import io.stemspark.spectrogram.StftConfig.Window;
import java.io.IOException;
import java.util.Arrays;
import java.util.Random;

/** A separator so small that its network can be written down, and mixtures for it. */
final class SmallSeparation {
  static final StftConfig STFT = new StftConfig(44_100, 512, 128, Window.HANN);
  static final PatchConfig PATCH = new PatchConfig(16, 128);

  private SmallSeparation() {}

  /** Says that everything is voice, or nothing, or a share that changes from element to element. */
  static Network constant(float mask) {
    return new Network() {
      @Override
      public void run(float[] magnitudes, int batch, float[] masks) {
        Arrays.fill(masks, mask);
      }

      @Override
      public void close() {}
    };
  }

  static Network uneven() {
    return network((magnitudes, i) -> magnitudes[i] / (1 + magnitudes[i]));
  }

  interface ElementMask {
    float mask(float[] magnitudes, int index);
  }

  static Network network(ElementMask element) {
    return new Network() {
      @Override
      public void run(float[] magnitudes, int batch, float[] masks) {
        for (int i = 0; i < batch * PATCH.size(); i++) {
          masks[i] = element.mask(magnitudes, i);
        }
      }

      @Override
      public void close() {}
    };
  }

  static SeparationEngine separator(Network network, int overlap, int batch) {
    return new SeparationEngine(
        STFT, NetworkSpec.Patches.unet(PATCH), network, config(overlap, batch));
  }

  /** With a Wiener filter. */
  static SeparationEngine refining(Network network, int overlap, int batch) {
    SeparationConfig plain = config(overlap, batch);
    SeparationConfig wiener =
        new SeparationConfig(
            plain.engine(), plain.precision(), plain.overlap(), batch, true, plain.output());
    return new SeparationEngine(STFT, NetworkSpec.Patches.unet(PATCH), network, wiener);
  }

  static SeparationConfig config(int overlap, int batch) {
    return new SeparationConfig(
        InferenceBackend.CPU,
        Precision.AUTO,
        (double) overlap / PATCH.frames(),
        batch,
        false,
        OutputConfig.wav());
  }

  static CollectedStems separate(
      float[][] mixture, int rate, SampleFormat format, SeparationEngine separator)
      throws IOException {
    CollectedStems stems = new CollectedStems(mixture.length);
    SeparationResult result = separator.separate(new MemoryReader(mixture, rate, format), stems);
    assertThat(result.samples()).isEqualTo(mixture[0].length);
    return stems;
  }

  static float[][] noise(int channels, int length) {
    Random random = new Random(length);
    float[][] samples = new float[channels][length];
    for (float[] channel : samples) {
      for (int i = 0; i < length; i++) {
        channel[i] = random.nextFloat() * 2 - 1;
      }
    }
    return samples;
  }

  static float[][] onSteps(float[][] samples, SampleFormat format) {
    float scale = format.scale();
    for (float[] channel : samples) {
      for (int i = 0; i < channel.length; i++) {
        channel[i] = Math.round(channel[i] * (scale - 1)) / scale;
      }
    }
    return samples;
  }
}
