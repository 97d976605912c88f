package io.stemspark.internal.training;

import io.stemspark.audio.AudioException;
import io.stemspark.internal.ffmpeg.FfmpegReader;
import io.stemspark.patch.Patch;
import io.stemspark.patch.PatchConfig;
import io.stemspark.patch.PatchReader;
import io.stemspark.spectrogram.StftConfig;
import io.stemspark.training.TrainingConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.nd4j.linalg.dataset.MultiDataSet;

/** Keeps patches of known stems in memory. */
public final class MemorySource implements TrainingSource, BatchLoader {
  private final StftConfig stft;
  private final PatchConfig patch;
  private final TrainingConfig config;
  private final BatchAssembler assembler;
  private final List<StemPatch> training = new ArrayList<>();
  private final List<String> names = new ArrayList<>();
  private final List<StemPatch> held = new ArrayList<>();

  /** Holds nothing yet. */
  public MemorySource(StftConfig stft, PatchConfig patch, TrainingConfig config) {
    this.stft = stft;
    this.patch = patch;
    this.config = config;
    this.assembler = new BatchAssembler(patch, config);
  }

  /**
   * Adds the patches of a track.
   *
   * @param validation whether they are to be scored, and not trained on
   * @throws AudioException when a file is damaged, or the stems do not have the same channels and
   *     length
   */
  public void add(Path vocals, Path accompaniment, boolean validation) throws IOException {
    List<StemPatch> patches = new ArrayList<>();
    try (PatchReader voice = new PatchReader(FfmpegReader.open(vocals), stft, patch);
        PatchReader rest = new PatchReader(FfmpegReader.open(accompaniment), stft, patch)) {
      List<Patch> a = voice.next();
      List<Patch> b = rest.next();
      while (a != null && b != null && a.size() == b.size()) {
        for (int c = 0; c < a.size(); c++) {
          patches.add(new StemPatch(a.get(c).content(), b.get(c).content()));
        }
        a = voice.next();
        b = rest.next();
      }
      if (a != null || b != null) {
        throw new AudioException(
            vocals.toString(), "its channels or its length are not those of " + accompaniment);
      }
    }
    if (validation) {
      held.addAll(patches);
    } else {
      training.addAll(patches);
      names.addAll(Collections.nCopies(patches.size(), vocals.toString()));
    }
  }

  /** Batches of an epoch. */
  public int batchesPerEpoch() {
    int wanted = config.patchesPerEpoch();
    int drawn = wanted == 0 ? training.size() : Math.min(wanted, training.size());
    return drawn / config.batchSize();
  }

  /** How many patches there are to train on. */
  public int size() {
    return training.size();
  }

  /**
   * A key is the numbers of a batch's patches. Left-over patches are drawn anew in the next epoch.
   */
  @Override
  public List<String> batches(long seed) {
    List<Integer> order = new ArrayList<>(IntStream.range(0, training.size()).boxed().toList());
    Collections.shuffle(order, new Random(seed));
    int size = config.batchSize();
    return IntStream.range(0, batchesPerEpoch())
        .mapToObj(batch -> order.subList(batch * size, (batch + 1) * size).stream())
        .map(batch -> batch.map(String::valueOf).collect(Collectors.joining(",")) + "@" + seed)
        .toList();
  }

  private static int[] numbers(String key) {
    return Arrays.stream(key.substring(0, key.indexOf('@')).split(","))
        .mapToInt(Integer::parseInt)
        .toArray();
  }

  @Override
  public MultiDataSet load(String key) {
    List<StemPatch> patches = Arrays.stream(numbers(key)).mapToObj(training::get).toList();
    long seed = Long.parseLong(key.substring(key.indexOf('@') + 1));
    return assembler.assemble(patches, seed + numbers(key)[0]);
  }

  @Override
  public List<String> tracks(String batch) {
    return Arrays.stream(numbers(batch)).mapToObj(names::get).distinct().toList();
  }

  @Override
  public List<StemPatch> sample(int most) {
    return training.subList(0, Math.min(most, training.size()));
  }

  @Override
  public List<StemPatch> validation(int most) {
    return held.subList(0, Math.min(most, held.size()));
  }
}
