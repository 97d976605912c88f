package io.stemspark.internal.separation;

import io.stemspark.internal.audio.SampleQueue;
import io.stemspark.internal.network.StemEstimator;
import io.stemspark.internal.onnx.Network;
import io.stemspark.network.NetworkSpec;
import io.stemspark.separation.SeparationConfig;
import io.stemspark.spectrogram.StftAnalyzer;
import io.stemspark.spectrogram.StftConfig;
import io.stemspark.spectrogram.StftSynthesizer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Estimates stems by a network that sees patches of the track's spectrogram: STFT -> network ->
 * inverse STFT. Not thread-safe.
 */
final class PatchEstimator implements StemEstimator {
  private final StftAnalyzer analyzer;
  private final List<StftSynthesizer> synthesizers = new ArrayList<>();
  private final List<SampleQueue> stems = new ArrayList<>();
  private final Consumer<float[][]> shares;
  private final SlidingWindow window;
  private long samples;

  /**
   * @param outputs the stems that are wanted, by their numbers among those that the network gives
   * @param shares takes of each frame {@code [stem][channel]}, the stem's share of what lies above
   *     the network's bins
   */
  PatchEstimator(
      StftConfig stft,
      NetworkSpec.Patches spec,
      Network network,
      SeparationConfig config,
      int[] outputs,
      int channels,
      Consumer<float[][]> shares) {
    this.shares = shares;
    analyzer = new StftAnalyzer(stft, channels);
    for (int stem = 0; stem < outputs.length; stem++) {
      synthesizers.add(new StftSynthesizer(stft, channels));
      stems.add(new SampleQueue(channels));
    }
    window = new SlidingWindow(spec, network, config, outputs, channels, stft.bins(), this::frame);
  }

  private void frame(float[][][] real, float[][][] imag, float[][] shareOfStems) {
    shares.accept(shareOfStems);
    for (int stem = 0; stem < real.length; stem++) {
      synthesizers.get(stem).push(real[stem], imag[stem], stems.get(stem)::add);
    }
  }

  @Override
  public void push(float[][] mixture, int length) {
    samples += length;
    analyzer.push(mixture, 0, length, window);
  }

  @Override
  public void finish() {
    if (samples > 0) {
      analyzer.finish(window);
      window.finish();
      for (int stem = 0; stem < synthesizers.size(); stem++) {
        synthesizers.get(stem).finish(samples, stems.get(stem)::add);
      }
    }
  }

  @Override
  public List<SampleQueue> stems() {
    return stems;
  }

  @Override
  public long networkNanos() {
    return window.networkNanos();
  }

  @Override
  public long maskingNanos() {
    return window.maskingNanos();
  }

  @Override
  public long waitingNanos() {
    return window.waitingNanos();
  }

  @Override
  public void close() {
    window.close();
    analyzer.close();
    synthesizers.forEach(StftSynthesizer::close);
  }
}
