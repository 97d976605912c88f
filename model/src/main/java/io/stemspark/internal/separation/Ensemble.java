package io.stemspark.internal.separation;

import io.stemspark.internal.audio.SampleQueue;
import io.stemspark.internal.network.StemEstimator;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;

/** Several estimates of the same stems, of which the weighted mean is taken. */
final class Ensemble implements StemEstimator {
  private final List<Part> parts;
  private final int channels;
  private final double[] total;
  private final List<SampleQueue> stems = new ArrayList<>();

  /**
   * One estimate.
   *
   * @param stems the numbers of the stems that it has, in its order
   * @param weights of each of them
   */
  record Part(StemEstimator estimator, List<Integer> stems, List<Double> weights) {}

  /**
   * @param stems how many there are
   */
  Ensemble(List<Part> parts, int stems, int channels) {
    this.parts = parts;
    this.channels = channels;
    this.total = new double[stems];
    for (Part part : parts) {
      for (int i = 0; i < part.stems.size(); i++) {
        total[part.stems.get(i)] += part.weights.get(i);
      }
    }
    for (int stem = 0; stem < stems; stem++) {
      this.stems.add(new SampleQueue(channels));
    }
  }

  @Override
  public void push(float[][] mixture, int length) {
    parts.forEach(part -> part.estimator.push(mixture, length));
    gather();
  }

  @Override
  public void finish() {
    parts.forEach(part -> part.estimator.finish());
    gather();
  }

  private void gather() {
    int length =
        parts.stream().mapToInt(part -> part.estimator.stems().get(0).size()).min().orElse(0);
    if (length == 0) {
      return;
    }
    float[][][] sums = new float[total.length][channels][length];
    float[][] samples = new float[channels][length];
    for (Part part : parts) {
      for (int i = 0; i < part.stems.size(); i++) {
        int stem = part.stems.get(i);
        float weight = (float) (part.weights.get(i) / total[stem]);
        part.estimator.stems().get(i).take(samples, length);
        for (int c = 0; c < channels; c++) {
          for (int t = 0; t < length; t++) {
            sums[stem][c][t] += weight * samples[c][t];
          }
        }
      }
    }
    for (int stem = 0; stem < sums.length; stem++) {
      stems.get(stem).add(sums[stem], 0, length);
    }
  }

  @Override
  public List<SampleQueue> stems() {
    return stems;
  }

  @Override
  public long networkNanos() {
    return sum(StemEstimator::networkNanos);
  }

  @Override
  public long maskingNanos() {
    return sum(StemEstimator::maskingNanos);
  }

  @Override
  public long waitingNanos() {
    return sum(StemEstimator::waitingNanos);
  }

  private long sum(ToLongFunction<StemEstimator> time) {
    return parts.stream().map(Part::estimator).mapToLong(time).sum();
  }

  @Override
  public void close() {
    parts.forEach(part -> part.estimator.close());
  }
}
