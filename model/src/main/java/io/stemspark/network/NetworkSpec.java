package io.stemspark.network;

import io.stemspark.patch.PatchConfig;
import java.io.Serializable;

/**
 * What a network takes and gives. A tensor holds a patch: planes of frames x bins, one for each
 * audio channel's magnitudes or masks, two for its complex values (re and im of the first channel,
 * then of the second).
 *
 * @param input what it sees of the mixture
 * @param output what it gives
 * @param stem whose mask or spectrum that is
 * @param channels audio channels of a patch, 1 or 2
 * @param patch frames and bins, counted from the first bin
 * @param axes the order of a plane's axes
 * @param inputScale factor on the spectra before the network sees them
 * @param outputScale factor on the spectra that it gives; masks have none
 */
public record NetworkSpec(
    Input input,
    Output output,
    Stem stem,
    int channels,
    PatchConfig patch,
    Axes axes,
    double inputScale,
    double outputScale)
    implements Serializable {

  /** What a network sees of the mixture. */
  public enum Input {
    MAGNITUDE,
    COMPLEX
  }

  /** What a network gives. */
  public enum Output {
    /** A share of each element, from 0 to 1. */
    MASK,
    /** The stem's magnitudes; its phases are the mixture's. */
    MAGNITUDE,
    /** The stem's complex spectrum. */
    COMPLEX
  }

  /** The order of a plane's axes in memory, the slower one first. */
  public enum Axes {
    FRAMES_BINS,
    BINS_FRAMES
  }

  public NetworkSpec {
    if (channels != 1 && channels != 2) {
      throw new IllegalArgumentException(
          "A patch has %d audio channels. Expected 1 or 2.".formatted(channels));
    }
    requireScale("input scale", inputScale);
    requireScale("output scale", outputScale);
    if (output == Output.MASK && outputScale != 1) {
      throw new IllegalArgumentException(
          "The output scale is %s. Expected 1, because the network gives masks."
              .formatted(outputScale));
    }
  }

  private static void requireScale(String name, double scale) {
    if (!(scale > 0) || scale > 1e6 || scale < 1e-6) {
      throw new IllegalArgumentException(
          "The %s is %s. Expected 1e-6 to 1e6.".formatted(name, scale));
    }
  }

  /**
   * The project's own U-Net: magnitudes in, the mask of the voice in them out.
   *
   * @param channels audio channels that it sees at once
   */
  public static NetworkSpec unet(PatchConfig patch, int channels) {
    return new NetworkSpec(
        Input.MAGNITUDE, Output.MASK, Stem.VOCALS, channels, patch, Axes.FRAMES_BINS, 1, 1);
  }

  /** The same of one channel. */
  public static NetworkSpec unet(PatchConfig patch) {
    return unet(patch, 1);
  }

  /** (batch, planes, frames, bins) or (batch, planes, bins, frames). */
  public long[] inputShape(long batch) {
    return shape(batch, inputPlanes());
  }

  /** As {@link #inputShape}. */
  public long[] outputShape(long batch) {
    return shape(batch, outputPlanes());
  }

  /** Numbers that it takes for a patch. */
  public int inputSize() {
    return inputPlanes() * patch.size();
  }

  /** Numbers that it gives for a patch. */
  public int outputSize() {
    return outputPlanes() * patch.size();
  }

  /** Planes of an input tensor. */
  public int inputPlanes() {
    return channels * (input == Input.COMPLEX ? 2 : 1);
  }

  /** Planes of an output tensor. */
  public int outputPlanes() {
    return channels * (output == Output.COMPLEX ? 2 : 1);
  }

  /** Patches that a window makes of all channels of a mixture. */
  public int patchesPerWindow(int mixtureChannels) {
    return (mixtureChannels + channels - 1) / channels;
  }

  private long[] shape(long batch, int planes) {
    return axes == Axes.FRAMES_BINS
        ? new long[] {batch, planes, patch.frames(), patch.bins()}
        : new long[] {batch, planes, patch.bins(), patch.frames()};
  }
}
