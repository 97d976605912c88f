package io.stemspark.separation;

import java.io.Serializable;
import java.time.Duration;

/**
 * Where the time of a separation went. The network has a thread of its own beside the other stages,
 * so the sum exceeds the time that passed.
 *
 * @param decoding waiting for the mixture's samples
 * @param transforming resampling, STFT and back, rounding
 * @param network of the network's thread
 * @param masking turning what the network gives into spectra
 * @param encoding the stems' files
 * @param storing them where they belong
 * @param waiting of the other stages for the network's thread
 */
public record StageTimes(
    Duration decoding,
    Duration transforming,
    Duration network,
    Duration masking,
    Duration encoding,
    Duration storing,
    Duration waiting)
    implements Serializable {
  public static final StageTimes NONE =
      new StageTimes(
          Duration.ZERO,
          Duration.ZERO,
          Duration.ZERO,
          Duration.ZERO,
          Duration.ZERO,
          Duration.ZERO,
          Duration.ZERO);

  /** The sum of both, stage by stage. */
  public StageTimes plus(StageTimes other) {
    return new StageTimes(
        decoding.plus(other.decoding),
        transforming.plus(other.transforming),
        network.plus(other.network),
        masking.plus(other.masking),
        encoding.plus(other.encoding),
        storing.plus(other.storing),
        waiting.plus(other.waiting));
  }

  StageTimes storedIn(Duration time) {
    return new StageTimes(
        decoding, transforming, network, masking, encoding, storing.plus(time), waiting);
  }
}
