package io.stemspark.jobs.steps;

import io.stemspark.audio.DecodingConfig;
import io.stemspark.network.NetworkRuntime;
import io.stemspark.separation.SeparationConfig;
import java.io.Serializable;
import java.util.OptionalInt;

/**
 * What tasks that separate have to know beside the model.
 *
 * @param output URI of the folder that stems are written below
 * @param threads threads that an executor's network has, one task's own among them
 */
public record SeparationTask(
    DecodingConfig decoding, SeparationConfig separation, String output, int threads)
    implements Serializable {
  NetworkRuntime runtime(OptionalInt card) {
    return new NetworkRuntime(separation.engine(), separation.precision(), threads, card);
  }

  public SeparationTask withThreads(int number) {
    return new SeparationTask(decoding, separation, output, number);
  }
}
