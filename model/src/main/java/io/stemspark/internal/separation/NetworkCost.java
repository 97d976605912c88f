package io.stemspark.internal.separation;

import io.stemspark.internal.onnx.Network;
import io.stemspark.internal.onnx.Tensors;
import io.stemspark.network.NetworkSpec;
import io.stemspark.spectrogram.StftConfig;
import java.util.List;
import java.util.Random;

/** Measures what a network costs on this machine. */
public final class NetworkCost {
  private static final int ROUNDS = 3;

  private NetworkCost() {}

  /** Seconds of stereo that a run of the network on one patch is worth, without overlap. */
  public static double secondsOfStereo(NetworkSpec spec, StftConfig stft) {
    if (spec instanceof NetworkSpec.Segments segments) {
      int runs = 2 / segments.channels() * (segments.bothPolarities() ? 2 : 1);
      return (double) segments.step() / segments.sampleRate() / runs;
    }
    return ofPatch((NetworkSpec.Patches) spec, stft);
  }

  private static double ofPatch(NetworkSpec.Patches spec, StftConfig stft) {
    double seconds = (double) spec.patch().frames() * stft.hopLength() / stft.sampleRate();
    return seconds / spec.patchesPerWindow(2);
  }

  /**
   * Milliseconds for a second of stereo, without overlap of patches and with that of segments: the
   * shortest of three runs after a first one.
   *
   * @param network of one thread
   */
  public static double milliseconds(Network network, NetworkSpec spec, StftConfig stft) {
    Tensors tensors = Tensors.of(spec);
    Random random = new Random(1);
    float[][] inputs = arrays(tensors.inputs());
    for (float[] input : inputs) {
      for (int i = 0; i < input.length; i++) {
        input[i] = (float) Math.abs(random.nextGaussian());
      }
    }
    float[][] outputs = arrays(tensors.outputs());
    network.run(inputs, outputs);
    long least = Long.MAX_VALUE;
    for (int round = 0; round < ROUNDS; round++) {
      long start = System.nanoTime();
      network.run(inputs, outputs);
      least = Math.min(least, System.nanoTime() - start);
    }
    return least / 1e6 / secondsOfStereo(spec, stft);
  }

  private static float[][] arrays(List<Tensors.Tensor> tensors) {
    return tensors.stream().map(tensor -> new float[tensor.size()]).toArray(float[][]::new);
  }
}
