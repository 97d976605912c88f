package io.stemspark.internal.separation;

import io.stemspark.audio.AudioFormat;
import io.stemspark.internal.audio.SampleQueue;
import io.stemspark.internal.network.StemEstimator;
import io.stemspark.separation.SeparationConfig;
import io.stemspark.separation.SeparationResult;
import io.stemspark.separation.StageTimes;
import io.stemspark.separation.StemSink;
import io.stemspark.spectrogram.StftConfig;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * One track on its way through: mixture -> (resampler) -> estimates -> (resampler, upper band) ->
 * stems. Holds two blocks of frames and the samples that wait for their estimate.
 */
final class TrackSeparation implements AutoCloseable {
  /** Few enough samples to pass from step to step within a processor's cache. */
  private static final int MAX_WRITTEN = 4096;

  private final AudioFormat format;
  private final StemSplit split;
  private final Optional<RateConversion> conversion;
  private final StemEstimator estimator;
  private final SampleQueue mixture;
  private final List<SampleQueue> stems;
  private long mixtureSamples;
  private long ownNanos;

  TrackSeparation(
      StftConfig stft,
      MemberEstimators estimators,
      SeparationConfig config,
      StemPlan plan,
      AudioFormat format,
      StemSink sink)
      throws IOException {
    this.format = format;
    this.split = new StemSplit(plan, config.output(), format, MAX_WRITTEN, sink);
    int channels = format.channels();
    int count = plan.direct().size();
    boolean sameRate = format.sampleRate() == stft.sampleRate();
    conversion =
        sameRate
            ? Optional.empty()
            : Optional.of(
                new RateConversion(
                    count, channels, format.sampleRate(), stft, estimators.haveShares()));
    mixture = new SampleQueue(channels);
    estimator =
        estimators.open(channels, shares -> conversion.ifPresent(rates -> rates.frame(shares)));
    stems =
        sameRate
            ? estimator.stems()
            : IntStream.range(0, count).mapToObj(s -> new SampleQueue(channels)).toList();
  }

  /** Takes the mixture's next samples and writes the stems that are ready. */
  void push(float[][] samples, int length) throws IOException {
    long start = System.nanoTime();
    mixture.add(samples, 0, length);
    mixtureSamples += length;
    if (conversion.isPresent()) {
      float[][] seen = conversion.get().toModel(samples, length);
      estimator.push(seen, seen[0].length);
    } else {
      estimator.push(samples, length);
    }
    resampleStems();
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
      estimator.push(seen, seen[0].length);
    }
    estimator.finish();
    resampleStems();
    for (int stem = 0; stem < stems.size(); stem++) {
      fillUp(stem);
    }
    writeReady();
    ownNanos += System.nanoTime() - start;
    return new SeparationResult(
        mixtureSamples, format.sampleRate(), times(decoding), split.finish());
  }

  private void fillUp(int stem) throws IOException {
    SampleQueue samples = stems.get(stem);
    if (conversion.isPresent()) {
      float[][] last = conversion.get().finish(stem);
      samples.add(last, 0, last[0].length);
    }
    // There and back, rounding can leave a resampled stem a few samples short.
    int missing = Math.max(0, mixture.size() - samples.size());
    samples.add(new float[format.channels()][missing], 0, missing);
  }

  private StageTimes times(Duration decoding) {
    long waiting = estimator.waitingNanos();
    return new StageTimes(
        decoding,
        Duration.ofNanos(ownNanos - waiting - split.writingNanos() - estimator.maskingNanos()),
        Duration.ofNanos(estimator.networkNanos()),
        Duration.ofNanos(estimator.maskingNanos()),
        Duration.ofNanos(split.writingNanos()),
        Duration.ZERO,
        Duration.ofNanos(waiting));
  }

  private void resampleStems() throws IOException {
    if (conversion.isPresent() && estimator.stems().get(0).size() > 0) {
      float[][][] resampled = conversion.get().fromModel(estimator.stems());
      for (int stem = 0; stem < resampled.length; stem++) {
        stems.get(stem).add(resampled[stem], 0, resampled[stem][0].length);
      }
    }
  }

  private void writeReady() throws IOException {
    int ready = Math.min(mixture.size(), stems.get(0).size());
    while (ready > 0) {
      int length = Math.min(ready, MAX_WRITTEN);
      write(length);
      ready -= length;
    }
  }

  private void write(int length) throws IOException {
    mixture.take(split.mixture(), length);
    for (int stem = 0; stem < stems.size(); stem++) {
      float[][] samples = split.estimate(stem);
      stems.get(stem).take(samples, length);
      if (conversion.isPresent()) {
        conversion.get().addUpperBand(stem, samples, split.mixture(), split.position(), length);
      }
    }
    split.split(length);
  }

  @Override
  public void close() {
    estimator.close();
    conversion.ifPresent(RateConversion::close);
  }
}
