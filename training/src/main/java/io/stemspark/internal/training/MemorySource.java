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
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.nd4j.linalg.dataset.MultiDataSet;

/** Patches of known stems in memory. */
public final class MemorySource
    implements TrainingSource<MemorySource.Batch>, BatchLoader<MemorySource.Batch> {
  private final StftConfig stft;
  private final PatchConfig patch;
  private final int channels;
  private final TrainingConfig config;
  private final BatchAssembler assembler;
  private final List<StemPatch> training = new ArrayList<>();
  private final List<String> names = new ArrayList<>();
  private final List<StemPatch> held = new ArrayList<>();

  /**
   * Holds nothing yet.
   *
   * @param channels audio channels of a patch
   */
  public MemorySource(StftConfig stft, PatchConfig patch, int channels, TrainingConfig config) {
    this.stft = stft;
    this.patch = patch;
    this.channels = channels;
    this.config = config;
    this.assembler = new BatchAssembler(patch, channels, config);
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
        for (int c = 0; c < a.size(); c += channels) {
          StemPatch first = patch(a.get(c), b.get(c));
          int other = Math.min(c + 1, a.size() - 1); // one without a partner is paired with itself
          patches.add(
              channels == 1 ? first : StemPatch.stereo(first, patch(a.get(other), b.get(other))));
        }
        a = voice.next();
        b = rest.next();
      }
      if (a != null || b != null) {
        throw new AudioException(
            vocals.toString(),
            "The accompaniment %s has other channels or another length.".formatted(accompaniment));
      }
    }
    if (validation) {
      held.addAll(patches);
    } else {
      training.addAll(patches);
      names.addAll(Collections.nCopies(patches.size(), vocals.toString()));
    }
  }

  private static StemPatch patch(Patch vocals, Patch accompaniment) {
    return new StemPatch(List.of(vocals.content(), accompaniment.content()));
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
   * A batch.
   *
   * @param patches their numbers
   * @param seed of the epoch
   */
  public record Batch(List<Integer> patches, List<String> tracks, long seed) implements BatchKey {}

  /** Left-over patches are drawn anew in the next epoch. */
  @Override
  public List<Batch> batches(long seed) {
    List<Integer> order = new ArrayList<>(IntStream.range(0, training.size()).boxed().toList());
    Collections.shuffle(order, new Random(seed));
    int size = config.batchSize();
    return IntStream.range(0, batchesPerEpoch())
        .mapToObj(batch -> List.copyOf(order.subList(batch * size, (batch + 1) * size)))
        .map(patches -> new Batch(patches, tracks(patches), seed))
        .toList();
  }

  private List<String> tracks(List<Integer> patches) {
    return patches.stream().map(names::get).distinct().toList();
  }

  @Override
  public MultiDataSet load(Batch batch) {
    List<StemPatch> patches = batch.patches().stream().map(training::get).toList();
    return assembler.assemble(patches, batch.seed() + batch.patches().get(0));
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
