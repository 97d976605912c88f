package io.stemspark.separation;

import java.io.Serializable;
import java.time.Duration;

/**
 * Where the time of a separation went. The network runs beside the other stages, so the sum may
 * exceed the time that passed.
 *
 * @param decoding waiting for the mixture's samples
 * @param transforming resampling, STFT and back, rounding
 * @param network in the network
 * @param encoding writing stems
 * @param waiting of the other stages for the network
 */
public record StageTimes(
    Duration decoding, Duration transforming, Duration network, Duration encoding, Duration waiting)
    implements Serializable {
  public static final StageTimes NONE =
      new StageTimes(Duration.ZERO, Duration.ZERO, Duration.ZERO, Duration.ZERO, Duration.ZERO);

  public StageTimes plus(StageTimes other) {
    return new StageTimes(
        decoding.plus(other.decoding),
        transforming.plus(other.transforming),
        network.plus(other.network),
        encoding.plus(other.encoding),
        waiting.plus(other.waiting));
  }
}
