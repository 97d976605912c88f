package io.stemspark.internal.export;

import io.stemspark.network.UNetConfig;
import io.stemspark.network.UNetConfig.Fold;
import io.stemspark.patch.PatchConfig;
import io.stemspark.spectrogram.StftConfig;
import io.stemspark.unet.UNet;

/**
 * Counts the multiply-adds of the U-Net's convolutions: for each output element, as many as its
 * kernel has weights. What passes on is the number of positions of a tensor's plane.
 */
public final class NetworkWork implements UNet.Layers<Long> {
  private long multiplyAdds;

  private NetworkWork() {}

  /** Multiply-adds for a second of stereo, without overlap. */
  public static double perSecond(UNetConfig unet, PatchConfig patch, StftConfig stft) {
    double seconds = (double) patch.frames() * stft.hopLength() / stft.sampleRate();
    return ofPatch(unet, patch) * (2.0 / unet.inChannels()) / seconds;
  }

  /** Size and work in words. */
  public static String describe(UNetConfig unet, PatchConfig patch, StftConfig stft) {
    return "%.2f million parameters, %.2f G multiply-adds per second of stereo"
        .formatted(new UNetParameters(unet).length() / 1e6, perSecond(unet, patch, stft) / 1e9);
  }

  /** Multiply-adds for a patch. */
  public static long ofPatch(UNetConfig unet, PatchConfig patch) {
    NetworkWork work = new NetworkWork();
    UNet.forward(unet, work, (long) patch.size());
    return work.multiplyAdds;
  }

  private long add(long positions, long kernel, int in, int out) {
    multiplyAdds += positions * kernel * in * out;
    return positions;
  }

  @Override
  public Long fold(String name, Long positions, Fold fold) {
    return positions / fold.size();
  }

  @Override
  public Long unfold(String name, Long positions, Fold fold) {
    return positions * fold.size();
  }

  @Override
  public Long convolution(String name, Long positions, int in, int out) {
    return add(positions, 9, in, out);
  }

  @Override
  public Long batchNorm(String name, Long positions, int features) {
    return positions;
  }

  @Override
  public Long relu(String name, Long positions) {
    return positions;
  }

  @Override
  public Long maxPool(String name, Long positions) {
    return positions / 4;
  }

  @Override
  public Long upConvolution(String name, Long positions, int in, int out) {
    // Each output element comes from one element of the input.
    return add(4 * positions, 1, in, out);
  }

  @Override
  public Long concatenate(String name, Long positions, Long skip) {
    return positions;
  }

  @Override
  public Long mask(String name, Long positions, int in, int out) {
    return add(positions, 1, in, out);
  }
}
