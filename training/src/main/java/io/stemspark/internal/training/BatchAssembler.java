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
public record BatchAssembler(PatchConfig patch, int channels, Augmentation augmentation, Loss loss)
    implements Serializable {
  /**
   * @param channels audio channels of a patch
   */
  public BatchAssembler(PatchConfig patch, int channels, TrainingConfig training) {
    this(patch, channels, training.augmentation(), training.loss());
  }

  /**
   * A training batch: features log(1 + |mixture|) and |mixture|, label |vocals| in the measure of
   * the loss, each (batch, channel, frame, bin).
   *
   * @param seed decides gains and pairs, so that a batch can be made again
   */
  public MultiDataSet assemble(List<StemPatch> patches, long seed) {
    Random random = new Random(seed);
    int shift =
        augmentation.remix() && patches.size() > 1 ? 1 + random.nextInt(patches.size() - 1) : 0;
    int size = channels * patch.size();
    float[] spectrogram = new float[patches.size() * size];
    float[] mixture = new float[spectrogram.length];
    float[] vocals = new float[spectrogram.length];
    int at = 0;
    for (int i = 0; i < patches.size(); i++) {
      Spectrogram voice = patches.get(i).vocals();
      Spectrogram rest = patches.get((i + shift) % patches.size()).accompaniment();
      float voiceGain = gain(random);
      float restGain = gain(random);
      int voiceOffset = channelOffset(random);
      int restOffset = channelOffset(random);
      for (int j = 0; j < size; j++) {
        int v = j + voiceOffset < size ? j + voiceOffset : j + voiceOffset - size;
        int r = j + restOffset < size ? j + restOffset : j + restOffset - size;
        float real = voiceGain * voice.real()[v];
        float imag = voiceGain * voice.imag()[v];
        float bothReal = real + restGain * rest.real()[r];
        float bothImag = imag + restGain * rest.imag()[r];
        mixture[at] = (float) Math.sqrt(bothReal * bothReal + bothImag * bothImag);
        spectrogram[at] = (float) Math.log1p(mixture[at]);
        vocals[at++] = loss.target(real, imag, bothReal, bothImag);
      }
    }
    return new MultiDataSet(
        new INDArray[] {array(spectrogram), array(mixture)}, new INDArray[] {array(vocals)});
  }

  /** Where to begin with the elements, so that the channels of stereo are swapped at random. */
  private int channelOffset(Random random) {
    return channels == 2 && augmentation.swapChannels() && random.nextBoolean() ? patch.size() : 0;
  }

  private float gain(Random random) {
    double least = augmentation.leastGain();
    return (float) (least + (augmentation.mostGain() - least) * random.nextDouble());
  }

  private INDArray array(float[] values) {
    return Nd4j.createFromArray(values).reshape(-1, channels, patch.frames(), patch.bins());
  }
}
