package io.stemspark.internal.separation;

import io.stemspark.audio.AudioFormat;
import io.stemspark.internal.audio.SampleQueue;
import io.stemspark.internal.onnx.Network;
import io.stemspark.network.NetworkSpec;
import io.stemspark.separation.SeparationConfig;
import io.stemspark.separation.SeparationResult;
import io.stemspark.separation.StageTimes;
import io.stemspark.separation.StemSink;
import io.stemspark.spectrogram.StftAnalyzer;
import io.stemspark.spectrogram.StftConfig;
import io.stemspark.spectrogram.StftSynthesizer;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/**
 * One track on its way through: mixture -> (resampler) -> STFT -> mask -> inverse STFT ->
 * (resampler, upper band) -> stems. Holds two blocks of frames and the samples that wait for their
 * mask.
 */
final class TrackSeparation implements AutoCloseable {
  /** Few enough samples to pass from step to step within a processor's cache. */
  private static final int MAX_WRITTEN = 4096;

  private final AudioFormat format;
  private final ExactSumQuantizer split;
  private final QualityMeter quality;
  private final StemSink sink;
  private final Optional<RateConversion> conversion;
  private final StftAnalyzer analyzer;
  private final StftSynthesizer synthesizer;
  private final SlidingWindow window;
  private final SampleQueue mixture;
  private final SampleQueue modelVocals;
  private final SampleQueue vocals;
  private final float[][] mixed;
  private final float[][] sung;
  private final float[][] rest;
  private long mixtureSamples;
  private long modelSamples;
  private long written;
  private long ownNanos;
  private long writingNanos;

  TrackSeparation(
      StftConfig stft,
      NetworkSpec spec,
      Network network,
      SeparationConfig config,
      AudioFormat format,
      StemSink sink)
      throws IOException {
    this.format = format;
    this.split = ExactSumQuantizer.of(config.output(), format);
    this.sink = sink;
    int channels = format.channels();
    quality = new QualityMeter(format.sampleRate(), channels);
    boolean sameRate = format.sampleRate() == stft.sampleRate();
    conversion =
        sameRate
            ? Optional.empty()
            : Optional.of(new RateConversion(channels, format.sampleRate(), stft));
    mixed = new float[channels][MAX_WRITTEN];
    sung = new float[channels][MAX_WRITTEN];
    rest = new float[channels][MAX_WRITTEN];
    mixture = new SampleQueue(channels);
    modelVocals = new SampleQueue(channels);
    vocals = sameRate ? modelVocals : new SampleQueue(channels);
    analyzer = new StftAnalyzer(stft, channels);
    synthesizer = new StftSynthesizer(stft, channels);
    window = new SlidingWindow(spec, network, config, channels, stft.bins(), this::estimated);
  }

  private void estimated(float[][] real, float[][] imag, float[] share) {
    conversion.ifPresent(rates -> rates.frame(share));
    synthesizer.push(real, imag, modelVocals::add);
  }

  /** Takes the mixture's next samples and writes the stems that are ready. */
  void push(float[][] samples, int length) throws IOException {
    long start = System.nanoTime();
    mixture.add(samples, 0, length);
    mixtureSamples += length;
    boolean sameRate = conversion.isEmpty();
    float[][] seen = sameRate ? samples : conversion.get().toModel(samples, length);
    int count = sameRate ? length : seen[0].length;
    modelSamples += count;
    analyzer.push(seen, 0, count, window);
    resampleVocals();
    writeReady();
    ownNanos += System.nanoTime() - start;
  }

  /**
   * Ends the track and writes the rest of its stems.
   *
   * @param decoding time that the mixture took to be read
   */
  SeparationResult finish(Duration decoding) throws IOException {
    long start = System.nanoTime();
    if (conversion.isPresent() && mixtureSamples > 0) {
      float[][] seen = conversion.get().finishMixture();
      modelSamples += seen[0].length;
      analyzer.push(seen, 0, seen[0].length, window);
    }
    if (modelSamples > 0) {
      analyzer.finish(window);
      window.finish();
      synthesizer.finish(modelSamples, modelVocals::add);
    }
    resampleVocals();
    if (conversion.isPresent()) {
      float[][] last = conversion.get().finishVocals();
      vocals.add(last, 0, last[0].length);
    }
    // There and back, rounding can leave the resampled vocals a few samples short.
    int missing = Math.max(0, mixture.size() - vocals.size());
    vocals.add(new float[format.channels()][missing], 0, missing);
    writeReady();
    ownNanos += System.nanoTime() - start;
    return new SeparationResult(
        mixtureSamples, format.sampleRate(), times(decoding), quality.finish(split));
  }

  private StageTimes times(Duration decoding) {
    long waiting = window.waitingNanos();
    return new StageTimes(
        decoding,
        Duration.ofNanos(ownNanos - waiting - writingNanos - window.maskingNanos()),
        Duration.ofNanos(window.networkNanos()),
        Duration.ofNanos(window.maskingNanos()),
        Duration.ofNanos(writingNanos),
        Duration.ZERO,
        Duration.ofNanos(waiting));
  }

  private void resampleVocals() throws IOException {
    if (conversion.isPresent() && modelVocals.size() > 0) {
      float[][] resampled = conversion.get().fromModel(modelVocals);
      vocals.add(resampled, 0, resampled[0].length);
    }
  }

  private void writeReady() throws IOException {
    int ready = Math.min(mixture.size(), vocals.size());
    while (ready > 0) {
      int length = Math.min(ready, MAX_WRITTEN);
      write(length);
      ready -= length;
    }
  }

  private void write(int length) throws IOException {
    mixture.take(mixed, length);
    vocals.take(sung, length);
    if (conversion.isPresent()) {
      conversion.get().addUpperBand(sung, mixed, written, length);
    }
    for (int c = 0; c < format.channels(); c++) {
      split.split(mixed[c], sung[c], rest[c], length, written);
    }
    quality.add(sung, rest, length);
    long start = System.nanoTime();
    sink.write(sung, rest, written, length);
    writingNanos += System.nanoTime() - start;
    written += length;
  }

  @Override
  public void close() {
    window.close();
    analyzer.close();
    synthesizer.close();
    conversion.ifPresent(RateConversion::close);
  }
}
