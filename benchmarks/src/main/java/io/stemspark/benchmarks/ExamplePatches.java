package io.stemspark.benchmarks;

import io.stemspark.patch.PatchConfig;
import java.util.Random;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;

/** Made-up patches, the same for all engines. Arrays are (patch, 1, frame, bin), row by row. */
final class ExamplePatches {
  private final long[] shape;
  private final float[] mixture;
  private final float[] spectrogram;
  private final float[] vocals;

  ExamplePatches(PatchConfig patch, int count, long seed) {
    shape = new long[] {count, 1, patch.frames(), patch.bins()};
    mixture = new float[count * patch.size()];
    spectrogram = new float[mixture.length];
    vocals = new float[mixture.length];
    Random random = new Random(seed);
    for (int i = 0; i < mixture.length; i++) {
      // Magnitudes of noise are Rayleigh distributed.
      mixture[i] = (float) Math.hypot(random.nextGaussian(), random.nextGaussian());
      spectrogram[i] = (float) Math.log1p(mixture[i]);
      vocals[i] = mixture[i] * random.nextFloat();
    }
  }

  /** (patches, 1, frames, bins). */
  long[] shape() {
    return shape.clone();
  }

  /** Magnitudes of the mixture; not a copy. */
  float[] mixture() {
    return mixture;
  }

  /** log(1 + mixture); not a copy. */
  float[] spectrogram() {
    return spectrogram;
  }

  /** Magnitudes of the voice, at most those of the mixture; not a copy. */
  float[] vocals() {
    return vocals;
  }

  /** What {@code UNet}'s graph is fitted to. */
  MultiDataSet batch() {
    return new MultiDataSet(
        new INDArray[] {array(spectrogram), array(mixture)}, new INDArray[] {array(vocals)});
  }

  private INDArray array(float[] values) {
    return Nd4j.createFromArray(values).reshape(shape);
  }
}
