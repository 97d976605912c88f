package io.stemspark.internal.separation;

import io.stemspark.internal.onnx.Network;
import io.stemspark.network.NetworkSpec;
import io.stemspark.spectrogram.StftConfig;
import java.util.Random;

/** Measures what a network costs on this machine. */
public final class NetworkCost {
  private static final int ROUNDS = 3;

  private NetworkCost() {}

  /** Seconds of stereo that a run of the network on one patch is worth, without overlap. */
  public static double secondsOfStereo(NetworkSpec spec, StftConfig stft) {
    double seconds = (double) spec.patch().frames() * stft.hopLength() / stft.sampleRate();
    return seconds / spec.patchesPerWindow(2);
  }

  /**
   * Milliseconds for a second of stereo, without overlap: the shortest of three runs after a first
   * one.
   *
   * @param network of one thread
   */
  public static double milliseconds(Network network, NetworkSpec spec, StftConfig stft) {
    Random random = new Random(1);
    float[] input = new float[spec.inputSize()];
    for (int i = 0; i < input.length; i++) {
      input[i] = (float) Math.abs(random.nextGaussian());
    }
    float[] output = new float[spec.outputSize()];
    network.run(input, 1, output);
    long least = Long.MAX_VALUE;
    for (int round = 0; round < ROUNDS; round++) {
      long start = System.nanoTime();
      network.run(input, 1, output);
      least = Math.min(least, System.nanoTime() - start);
    }
    return least / 1e6 / secondsOfStereo(spec, stft);
  }
}
