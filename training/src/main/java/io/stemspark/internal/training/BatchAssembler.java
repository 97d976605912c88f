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
public final class BatchAssembler implements Serializable {
  private static final long serialVersionUID = 1;

  private final int frames;
  private final int bins;
  private final Augmentation augmentation;
  private final Loss loss;

  public BatchAssembler(PatchConfig patch, TrainingConfig training) {
    this.frames = patch.frames();
    this.bins = patch.bins();
    this.augmentation = training.augmentation();
    this.loss = training.loss();
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
    int size = frames * bins;
    float[] spectrogram = new float[patches.size() * size];
    float[] mixture = new float[spectrogram.length];
    float[] vocals = new float[spectrogram.length];
    for (int i = 0; i < patches.size(); i++) {
      Spectrogram voice = patches.get(i).vocals();
      Spectrogram rest = patches.get((i + shift) % patches.size()).accompaniment();
      float voiceGain = gain(random);
      mix(voice, voiceGain, rest, gain(random), mixture, vocals, i * size);
    }
    for (int i = 0; i < mixture.length; i++) {
      spectrogram[i] = (float) Math.log1p(mixture[i]);
      vocals[i] = loss.of(vocals[i]);
    }
    return new MultiDataSet(
        new INDArray[] {array(spectrogram), array(mixture)}, new INDArray[] {array(vocals)});
  }

  private static void mix(
      Spectrogram voice,
      float voiceGain,
      Spectrogram rest,
      float restGain,
      float[] mixture,
      float[] vocals,
      int at) {
    for (int i = 0; i < voice.real().length; i++) {
      float voiceReal = voiceGain * voice.real()[i];
      float voiceImag = voiceGain * voice.imag()[i];
      mixture[at + i] =
          magnitude(voiceReal + restGain * rest.real()[i], voiceImag + restGain * rest.imag()[i]);
      vocals[at + i] = magnitude(voiceReal, voiceImag);
    }
  }

  private static float magnitude(float real, float imag) {
    return (float) Math.sqrt(real * real + imag * imag);
  }

  private float gain(Random random) {
    double least = augmentation.leastGain();
    return (float) (least + (augmentation.mostGain() - least) * random.nextDouble());
  }

  private INDArray array(float[] values) {
    return Nd4j.createFromArray(values).reshape(values.length / (frames * bins), 1, frames, bins);
  }
}
