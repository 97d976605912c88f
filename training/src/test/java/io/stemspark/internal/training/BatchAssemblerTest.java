package io.stemspark.internal.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.stemspark.patch.PatchConfig;
import io.stemspark.spectrogram.Spectrogram;
import io.stemspark.training.Augmentation;
import io.stemspark.training.TrainingConfig;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.dataset.MultiDataSet;

/** Of real, positive spectrograms, whose magnitudes can be added. */
class BatchAssemblerTest {
  private static final PatchConfig PATCH = new PatchConfig(4, 8);
  private static final int PATCHES = 4;
  private static final int SEEDS = 32;
  private static final double LEAST = 0.25;
  private static final double MOST = 1.25;

  private final Random random = new Random(1);
  private final List<StemPatch> patches =
      Stream.generate(() -> new StemPatch(List.of(spectrogram(1), spectrogram(2))))
          .limit(PATCHES)
          .toList();

  /** Numbers from {@code least} to one more. */
  private Spectrogram spectrogram(double least) {
    Spectrogram spectrogram = new Spectrogram(PATCH.frames(), PATCH.bins());
    for (int i = 0; i < PATCH.size(); i++) {
      spectrogram.real()[i] = (float) (least + random.nextDouble());
    }
    return spectrogram;
  }

  private static MultiDataSet batch(List<StemPatch> patches, Augmentation augmentation, long seed) {
    TrainingConfig training = TestTraining.augmented(patches.size(), augmentation);
    return new BatchAssembler(PATCH, 1, training).assemble(patches, seed);
  }

  private double voice(int patch, int i) {
    return patches.get(patch).stems().get(0).real()[i];
  }

  private double rest(int patch, int i) {
    return patches.get(patch).stems().get(1).real()[i];
  }

  private static double mixture(MultiDataSet batch, int patch, int i) {
    return batch.getFeatures(1).getDouble((long) patch * PATCH.size() + i);
  }

  private static double label(MultiDataSet batch, int patch, int i) {
    return batch.getLabels(0).getDouble((long) patch * PATCH.size() + i);
  }

  /** Each stem by itself, so that there are four ways. */
  @Test
  void leftAndRightOfStereoAreSwappedAtRandom() {
    StemPatch stereo = StemPatch.stereo(patches.get(0), patches.get(1));
    Augmentation swapping = new Augmentation(false, 1, 1, true);
    Set<List<Boolean>> ways = new HashSet<>();
    for (int seed = 0; seed < SEEDS; seed++) {
      TrainingConfig training = TestTraining.augmented(1, swapping);
      MultiDataSet batch = new BatchAssembler(PATCH, 2, training).assemble(List.of(stereo), seed);
      boolean voiceSwapped = label(batch, 0, 0) != voice(0, 0);
      boolean restSwapped =
          mixture(batch, 0, 0) - label(batch, 0, 0) > 1e-6 + rest(0, 0)
              || mixture(batch, 0, 0) - label(batch, 0, 0) < rest(0, 0) - 1e-6;
      ways.add(List.of(voiceSwapped, restSwapped));
      for (int i = 0; i < PATCH.size(); i++) {
        int voiceOf = voiceSwapped ? 1 : 0;
        int restOf = restSwapped ? 1 : 0;
        assertThat(label(batch, 0, i)).isCloseTo(voice(voiceOf, i), within(1e-6));
        assertThat(label(batch, 1, i)).isCloseTo(voice(1 - voiceOf, i), within(1e-6));
        assertThat(mixture(batch, 0, i))
            .isCloseTo(voice(voiceOf, i) + rest(restOf, i), within(1e-5));
        assertThat(mixture(batch, 1, i))
            .isCloseTo(voice(1 - voiceOf, i) + rest(1 - restOf, i), within(1e-5));
      }
    }
    assertThat(ways).hasSize(4);
  }

  /** Whether a mixture is the voice and an accompaniment. */
  private boolean isMix(MultiDataSet batch, int patch, int accompaniment) {
    for (int i = 0; i < PATCH.size(); i++) {
      double expected = voice(patch, i) + rest(accompaniment, i);
      if (Math.abs(mixture(batch, patch, i) - expected) > 1e-5) {
        return false;
      }
    }
    return true;
  }

  private void assertVoicesAreLabels(MultiDataSet batch) {
    for (int patch = 0; patch < PATCHES; patch++) {
      for (int i = 0; i < PATCH.size(); i++) {
        assertThat(label(batch, patch, i)).isCloseTo(voice(patch, i), within(1e-6));
      }
    }
  }

  @Test
  void withoutAugmentationStemsAreAdded() {
    MultiDataSet batch = batch(patches, Augmentation.NONE, 1);
    assertVoicesAreLabels(batch);
    for (int patch = 0; patch < PATCHES; patch++) {
      assertThat(isMix(batch, patch, patch)).isTrue();
    }
  }

  @Test
  void remixedVoicesMeetTheAccompanimentsOfOthersEachOnce() {
    Set<Integer> shifts = new HashSet<>();
    for (long seed = 0; seed < SEEDS; seed++) {
      MultiDataSet batch = batch(patches, new Augmentation(true, 1, 1, false), seed);
      assertVoicesAreLabels(batch);
      for (int shift = 0; shift < PATCHES; shift++) {
        boolean all = true;
        for (int patch = 0; patch < PATCHES; patch++) {
          all &= isMix(batch, patch, (patch + shift) % PATCHES);
        }
        if (all) {
          shifts.add(shift);
        }
      }
    }
    assertThat(shifts).containsExactlyInAnyOrder(1, 2, 3);
  }

  @Test
  void aVoiceAloneInItsBatchKeepsItsAccompaniment() {
    MultiDataSet batch = batch(patches.subList(0, 1), new Augmentation(true, 1, 1, false), 1);
    assertThat(isMix(batch, 0, 0)).isTrue();
  }

  @Test
  void voicesAndAccompanimentsAreScaledEachByItsOwnFactor() {
    for (long seed = 0; seed < SEEDS; seed++) {
      MultiDataSet batch = batch(patches, new Augmentation(false, LEAST, MOST, false), seed);
      for (int patch = 0; patch < PATCHES; patch++) {
        double voiceGain = label(batch, patch, 0) / voice(patch, 0);
        double restGain = (mixture(batch, patch, 0) - label(batch, patch, 0)) / rest(patch, 0);
        assertThat(voiceGain).isBetween(LEAST, MOST);
        assertThat(restGain).isBetween(LEAST, MOST).isNotCloseTo(voiceGain, within(1e-6));
        for (int i = 0; i < PATCH.size(); i++) {
          double voice = voiceGain * voice(patch, i);
          assertThat(label(batch, patch, i)).isCloseTo(voice, within(1e-5));
          assertThat(mixture(batch, patch, i))
              .isCloseTo(voice + restGain * rest(patch, i), within(1e-5));
        }
      }
    }
  }

  @Test
  void aSeedDecidesIt() {
    Augmentation all = new Augmentation(true, LEAST, MOST, false);
    MultiDataSet once = batch(patches, all, 1);
    assertThat(batch(patches, all, 1).getFeatures(1)).isEqualTo(once.getFeatures(1));
    assertThat(batch(patches, all, 2).getFeatures(1)).isNotEqualTo(once.getFeatures(1));
  }
}
