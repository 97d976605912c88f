package io.stemspark.internal.separation;

import io.stemspark.internal.audio.SampleQueue;

/**
 * Gives the voice its part of what a mixture holds above half the model's sample rate: the share
 * that it has above the network's bins. Not thread-safe.
 *
 * <p>Resampled to the model's rate and back, a voice v would be silent there. With the mixture x,
 * what the model sees of it, m, and the share s, which runs straight from frame to frame, the voice
 * is up(v - s m) + s x: with s = 1 and v = m the mixture itself, and without a voice nothing.
 */
final class HighBandExtension {
  private final long modelRate;
  private final long rate;
  private final int hop;
  private final SampleQueue shares;
  private final float[][] share;
  private long firstFrame;

  /**
   * @param rate of the mixture, in Hz
   * @param hop samples between frames, at the model's rate
   */
  HighBandExtension(int channels, int modelRate, int rate, int hop) {
    this.modelRate = modelRate;
    this.rate = rate;
    this.hop = hop;
    this.shares = new SampleQueue(channels);
    this.share = new float[channels][1];
  }

  /** Takes the shares of the next frame, {@code [channel]}. */
  void frame(float[] values) {
    for (int c = 0; c < values.length; c++) {
      share[c][0] = values[c];
    }
    shares.add(share, 0, 1);
  }

  /**
   * Turns v into v - s m.
   *
   * @param position of the first sample, at the model's rate
   */
  void takeFrom(float[][] voice, float[][] mixture, long position, int length) {
    for (int c = 0; c < voice.length; c++) {
      add(-1, mixture[c], voice[c], c, position, 1, hop, length);
    }
  }

  /**
   * Turns up(v - s m) into the voice. Shares of what came before are forgotten.
   *
   * @param position of the first sample, at the mixture's rate
   */
  void addTo(float[][] voice, float[][] mixture, long position, int length) {
    for (int c = 0; c < voice.length; c++) {
      add(1, mixture[c], voice[c], c, position, modelRate, rate * hop, length);
    }
    long frame = (position + length) * modelRate / (rate * hop);
    int done = (int) Math.min(frame - firstFrame, shares.size() - 1);
    shares.skip(done);
    firstFrame += done;
  }

  /**
   * Adds the mixture's share to a voice.
   *
   * @param times a sample lies at position * times / frameLength frames: in whole numbers, so that
   *     chunks of a track have the shares of the whole
   */
  private void add(
      int sign,
      float[] mixture,
      float[] voice,
      int channel,
      long position,
      long times,
      long frameLength,
      int length) {
    long frame = position * times / frameLength;
    long within = position * times % frameLength;
    for (int i = 0; i < length; i++) {
      float here = share(channel, frame);
      float next = share(channel, frame + 1);
      float part = here + (next - here) * ((float) within / frameLength);
      voice[i] += sign * part * mixture[i];
      within += times;
      while (within >= frameLength) {
        within -= frameLength;
        frame++;
      }
    }
  }

  /** The last frame's share holds to the end. */
  private float share(int channel, long frame) {
    return shares.get(channel, (int) Math.min(frame - firstFrame, shares.size() - 1));
  }
}
