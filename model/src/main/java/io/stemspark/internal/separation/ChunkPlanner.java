package io.stemspark.internal.separation;

import io.stemspark.audio.AudioFormat;
import io.stemspark.network.NetworkSpec;
import io.stemspark.separation.SeparationConfig;
import io.stemspark.spectrogram.StftConfig;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/**
 * Where a long track is cut, so that chunks which are separated on their own give the samples that
 * the whole track gives, to the last bit.
 *
 * <p>A cut lies where the network's next block of windows begins, at a whole sample in the
 * mixture's rate and in the model's. A chunk is estimated together with as much of the mixture on
 * both sides as its samples depend on: the windows that fade into its first and last ones, half an
 * FFT beyond these, the resampler's filter, and the rest of the block, for a network may round
 * differently in blocks of another size.
 *
 * @param unit samples between two places for a cut
 * @param context samples of the mixture that a chunk needs on either side
 */
record ChunkPlanner(long unit, long context) {
  /** A chunk that is shorter would spend more than a tenth of its work on its context. */
  private static final int MIN_CONTEXTS = 20;

  static ChunkPlanner of(
      StftConfig stft, NetworkSpec.Patches spec, SeparationConfig config, AudioFormat mixture) {
    int windows = config.blockWindows(spec, mixture.channels());
    long block = (long) windows * config.stepFrames(spec) * stft.hopLength();
    long from = stft.sampleRate();
    long to = mixture.sampleRate();
    long times = from / BigInteger.valueOf(from).gcd(BigInteger.valueOf(block * to)).longValue();
    long unit = block * times * to / from;
    long window = (long) spec.patch().frames() * stft.hopLength() + 2L * stft.fftSize();
    long reach = (window + block) * to / from;
    return new ChunkPlanner(unit, (reach / unit + 1) * unit);
  }

  /**
   * Cuts a track. The chunks are the whole of it, however long it turns out to be.
   *
   * @param samples about how many the track has; less than 0 if that is not known
   * @param most the most chunks; there are fewer if they would be short
   */
  List<Chunk> chunks(long samples, int most) {
    long count = Math.max(1, Math.min(most, samples / (MIN_CONTEXTS * context)));
    List<Chunk> chunks = new ArrayList<>();
    long from = 0;
    for (int k = 1; k < count; k++) {
      long to = samples / count * k / unit * unit;
      chunks.add(new Chunk(from, to));
      from = to;
    }
    chunks.add(new Chunk(from, Long.MAX_VALUE));
    return chunks;
  }
}
