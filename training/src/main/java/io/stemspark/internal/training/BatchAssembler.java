package io.stemspark.internal.training;

import io.stemspark.patch.PatchConfig;
import io.stemspark.spectrogram.Spectrogram;
import io.stemspark.training.Augmentation;
import io.stemspark.training.TrainingConfig;
import io.stemspark.unet.Loss;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Augments patches and turns them into the arrays that {@code UNet}'s graph is fitted to.
 *
 * @param channels audio channels of a patch
 * @param learned how many of its stems are labels, the first ones
 */
public record BatchAssembler(
    PatchConfig patch, int channels, int learned, Augmentation augmentation, Loss loss)
    implements Serializable {
  /**
   * @param channels audio channels of a patch
   */
  public BatchAssembler(PatchConfig patch, int channels, TrainingConfig training) {
    this(patch, channels, training.stems().size(), training.augmentation(), training.loss());
  }

  /**
   * A training batch: features log(1 + |mixture|), (batch, channel, frame, bin), and |mixture| as
   * often as stems are learned; labels |stem| in the measure of the loss, both (batch, stem x
   * channel, frame, bin).
   *
   * @param seed decides gains and pairs, so that a batch can be made again
   */
  public MultiDataSet assemble(List<StemPatch> patches, long seed) {
    Random random = new Random(seed);
    int stems = patches.get(0).stems().size();
    int[] shifts = shifts(stems, patches.size(), random);
    int size = channels * patch.size();
    Batch batch = new Batch(patches.size(), size);
    for (int i = 0; i < patches.size(); i++) {
      List<Spectrogram> parts = new ArrayList<>();
      for (int stem = 0; stem < stems; stem++) {
        parts.add(patches.get((i + shifts[stem]) % patches.size()).stems().get(stem));
      }
      float[] gains = new float[stems];
      for (int stem = 0; stem < stems; stem++) {
        gains[stem] = gain(random);
      }
      int[] offsets = new int[stems];
      for (int stem = 0; stem < stems; stem++) {
        offsets[stem] = channelOffset(random);
      }
      batch.add(parts, gains, offsets);
    }
    return batch.arrays();
  }

  /** How many patches further on each stem is taken from; the first stays. */
  private int[] shifts(int stems, int patches, Random random) {
    int[] shifts = new int[stems];
    for (int stem = 1; augmentation.remix() && patches > 1 && stem < stems; stem++) {
      shifts[stem] = 1 + random.nextInt(patches - 1);
    }
    return shifts;
  }

  /** Where to begin with the elements, so that the channels of stereo are swapped at random. */
  private int channelOffset(Random random) {
    return channels == 2 && augmentation.swapChannels() && random.nextBoolean() ? patch.size() : 0;
  }

  private float gain(Random random) {
    double least = augmentation.leastGain();
    return (float) (least + (augmentation.mostGain() - least) * random.nextDouble());
  }

  /** The numbers of a batch, patch by patch. */
  private final class Batch {
    private final int size;
    private final float[] spectrograms;
    private final float[] mixtures;
    private final float[] labels;
    private final float[] real;
    private final float[] imag;
    private int patches;

    Batch(int patches, int size) {
      this.size = size;
      this.spectrograms = new float[patches * size];
      this.mixtures = new float[patches * learned * size];
      this.labels = new float[mixtures.length];
      this.real = new float[size];
      this.imag = new float[size];
    }

    void add(List<Spectrogram> stems, float[] gains, int[] offsets) {
      Arrays.fill(real, 0);
      Arrays.fill(imag, 0);
      for (int stem = 0; stem < gains.length; stem++) {
        float[] stemReal = stems.get(stem).real();
        float[] stemImag = stems.get(stem).imag();
        for (int j = 0; j < size; j++) {
          int at = shifted(j, offsets[stem]);
          real[j] += gains[stem] * stemReal[at];
          imag[j] += gains[stem] * stemImag[at];
        }
      }
      int first = patches * learned * size;
      for (int j = 0; j < size; j++) {
        float mixture = (float) Math.sqrt(real[j] * real[j] + imag[j] * imag[j]);
        spectrograms[patches * size + j] = (float) Math.log1p(mixture);
        for (int stem = 0; stem < learned; stem++) {
          int at = shifted(j, offsets[stem]);
          int into = first + stem * size + j;
          mixtures[into] = mixture;
          labels[into] =
              loss.target(
                  gains[stem] * stems.get(stem).real()[at],
                  gains[stem] * stems.get(stem).imag()[at],
                  real[j],
                  imag[j]);
        }
      }
      patches++;
    }

    private int shifted(int element, int offset) {
      return element + offset < size ? element + offset : element + offset - size;
    }

    MultiDataSet arrays() {
      return new MultiDataSet(
          new INDArray[] {array(spectrograms, channels), array(mixtures, learned * channels)},
          new INDArray[] {array(labels, learned * channels)});
    }

    private INDArray array(float[] values, int planes) {
      return Nd4j.createFromArray(values).reshape(-1, planes, patch.frames(), patch.bins());
    }
  }
}
