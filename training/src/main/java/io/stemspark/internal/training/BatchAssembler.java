package io.stemspark.internal.training;

import io.stemspark.patch.PatchConfig;
import io.stemspark.spectrogram.Spectrogram;
import io.stemspark.training.Augmentation;
import io.stemspark.training.TrainingConfig;
import io.stemspark.unet.Loss;
import java.io.Serializable;
import java.util.List;
import java.util.Random;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;

/** Augments patches and turns them into the arrays that {@code UNet}'s graph is fitted to. */
public record BatchAssembler(PatchConfig patch, Augmentation augmentation, Loss loss)
    implements Serializable {
  public BatchAssembler(PatchConfig patch, TrainingConfig training) {
    this(patch, training.augmentation(), training.loss());
  }

  /**
   * A training batch: features log(1 + |mixture|) and |mixture|, label |vocals| in the measure of
   * the loss, each (batch, 1, frame, bin).
   *
   * @param seed decides gains and pairs, so that a batch can be made again
   */
  public MultiDataSet assemble(List<StemPatch> patches, long seed) {
    Random random = new Random(seed);
    int shift =
        augmentation.remix() && patches.size() > 1 ? 1 + random.nextInt(patches.size() - 1) : 0;
    float[] spectrogram = new float[patches.size() * patch.size()];
    float[] mixture = new float[spectrogram.length];
    float[] vocals = new float[spectrogram.length];
    int at = 0;
    for (int i = 0; i < patches.size(); i++) {
      Spectrogram voice = patches.get(i).vocals();
      Spectrogram rest = patches.get((i + shift) % patches.size()).accompaniment();
      float voiceGain = gain(random);
      float restGain = gain(random);
      for (int j = 0; j < patch.size(); j++) {
        float real = voiceGain * voice.real()[j];
        float imag = voiceGain * voice.imag()[j];
        mixture[at] = magnitude(real + restGain * rest.real()[j], imag + restGain * rest.imag()[j]);
        spectrogram[at] = (float) Math.log1p(mixture[at]);
        vocals[at++] = loss.of(magnitude(real, imag));
      }
    }
    return new MultiDataSet(
        new INDArray[] {array(spectrogram), array(mixture)}, new INDArray[] {array(vocals)});
  }

  private static float magnitude(float real, float imag) {
    return (float) Math.sqrt(real * real + imag * imag);
  }

  private float gain(Random random) {
    double least = augmentation.leastGain();
    return (float) (least + (augmentation.mostGain() - least) * random.nextDouble());
  }

  private INDArray array(float[] values) {
    return Nd4j.createFromArray(values)
        .reshape(values.length / patch.size(), 1, patch.frames(), patch.bins());
  }
}
