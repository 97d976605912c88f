package io.stemspark.metrics;

import io.stemspark.audio.AudioDecoder;
import io.stemspark.audio.AudioException;
import io.stemspark.audio.AudioFormat;
import io.stemspark.audio.AudioReader;
import io.stemspark.internal.audio.AudioStreams;
import io.stemspark.internal.audio.FullReader;
import io.stemspark.internal.audio.SampleQueue;
import io.stemspark.network.Stem;
import io.stemspark.spectrogram.StftConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Reads references and estimates of a track's stems in step, and makes the estimates of the
 * baselines. An estimate that is a little too long is cut off, and one that is too short is
 * followed by silence, as in museval.
 */
public final class PairReader implements AutoCloseable {
  /** Of all references: the filters' equations take memory with their square, half a gigabyte. */
  private static final int MAX_CHANNELS = 16;

  /** An estimate may be longer or shorter than its reference by a second over this. */
  private static final int MAX_APART = 10;

  private static final List<Estimator> ALL = List.of(Estimator.values());

  private final String name;
  private final List<Stem> stems;
  private final AudioFormat format;
  private final int perStem;
  private final List<AudioReader> readers;
  private final FullReader[] full;
  private final Optional<Baselines> baselines;
  private final float[][][] read;
  private final float[][] block;
  private final SampleQueue pairs;
  private final boolean[] over;
  private final long[] lengths;
  private final float[][] masked;
  private boolean ended;

  /**
   * @param name what errors call the track
   * @param stems that are read
   * @param readers their references, in this order, then the estimates; closed with this object
   * @param masks transform that the masks of the baselines are applied in, at the track's own
   *     sample rate, where the baselines are wanted
   * @throws AudioException when sample rates or channels differ
   */
  public PairReader(
      String name, List<Stem> stems, List<AudioReader> readers, Optional<StftConfig> masks)
      throws AudioException {
    this.name = name;
    this.stems = List.copyOf(stems);
    this.readers = List.copyOf(readers);
    this.format = readers.get(0).format();
    this.over = new boolean[readers.size()];
    this.lengths = new long[readers.size()];
    if (format.channels() * stems.size() > MAX_CHANNELS) {
      throw new AudioException(
          name,
          "The stems have %d channels. Expected at most %d."
              .formatted(format.channels(), MAX_CHANNELS / stems.size()));
    }
    for (AudioReader stem : readers) {
      requireAlike(stem.format());
    }
    this.perStem = format.channels();
    this.full = readers.stream().map(FullReader::new).toArray(FullReader[]::new);
    this.read = new float[readers.size()][perStem][format.sampleRate()];
    this.block = new float[readers.size() * perStem][];
    this.pairs = new SampleQueue(block.length);
    this.masked = new float[2 * (stems.size() - 1) * perStem][format.sampleRate()];
    this.baselines =
        masks.map(
            stft -> new Baselines(stft.withSampleRate(format.sampleRate()), stems.size(), perStem));
  }

  /**
   * Opens files.
   *
   * @param files of the references, in the order of the stems, then of the estimates
   */
  static PairReader open(List<Stem> stems, List<Path> files, AudioDecoder decoder)
      throws IOException {
    return AudioStreams.open(
        files,
        file -> decoder.open(file.toString(), Files.newByteChannel(file), AudioDecoder.BEST_STREAM),
        readers -> new PairReader(files.get(0).toString(), stems, readers, Optional.empty()));
  }

  private void requireAlike(AudioFormat other) throws AudioException {
    if (other.sampleRate() != format.sampleRate() || other.channels() != format.channels()) {
      throw new AudioException(
          name,
          "The reference of the %s has %d Hz and %d channels, another stem %d Hz and %d."
              .formatted(
                  stems.get(0),
                  format.sampleRate(),
                  format.channels(),
                  other.sampleRate(),
                  other.channels()));
    }
  }

  /** The stems that are read, in order. */
  List<Stem> stems() {
    return stems;
  }

  /** The format that all have. */
  public AudioFormat format() {
    return format;
  }

  /** Whose estimates are read, in this order. */
  List<Estimator> estimators() {
    return baselines.isPresent() ? ALL : List.of(Estimator.EVALUATED);
  }

  /**
   * Reads the next second.
   *
   * @param samples filled; {@code [signal][time]}: all channels of the reference of the first stem,
   *     then of the others, then the same for each estimator
   * @return samples per channel: a full second except at the end; -1 when the references are over
   */
  int read(float[][] samples) throws IOException {
    int window = format.sampleRate();
    while (!ended && ready() < window) {
      readBlock();
    }
    int n = Math.min(window, ready());
    if (n == 0) {
      return -1;
    }
    pairs.take(samples, n);
    baselines.ifPresent(made -> addBaselines(made, samples, n));
    return n;
  }

  private int ready() {
    int most = baselines.map(made -> made.estimates().size()).orElse(Integer.MAX_VALUE);
    return Math.min(pairs.size(), most);
  }

  private void readBlock() throws IOException {
    int n = -1;
    for (int stem = 0; stem < readers.size(); stem++) {
      int found = over[stem] ? -1 : full[stem].read(read[stem]);
      over[stem] = found < 0;
      n = stem == 0 ? found : n;
      lengths[stem] += Math.max(0, found);
      for (float[] channel : read[stem]) {
        Arrays.fill(channel, Math.max(0, found), channel.length, 0);
      }
    }
    if (n < 0) {
      ended = true;
      requirePairs();
      baselines.ifPresent(Baselines::finish);
      return;
    }
    for (int signal = 0; signal < block.length; signal++) {
      block[signal] = read[signal / perStem][signal % perStem];
    }
    pairs.add(block, 0, n);
    if (baselines.isPresent()) {
      baselines.get().push(block, n);
    }
  }

  /** Estimates may have been through an encoder, but not be another track's. */
  private void requirePairs() throws AudioException {
    for (int stem = 1; stem < readers.size(); stem++) {
      long apart = Math.abs(lengths[stem] - lengths[0]);
      if (apart > (stem < stems.size() ? 0 : format.sampleRate() / MAX_APART)) {
        throw new AudioException(
            name,
            "%s has %s%d samples, and the reference of the %s has %d. They are not of one track."
                .formatted(
                    stem < stems.size() ? "The other reference" : "An estimate",
                    over[stem] ? "" : "more than ",
                    lengths[stem],
                    stems.get(0),
                    lengths[0]));
      }
    }
  }

  private void addBaselines(Baselines made, float[][] samples, int n) {
    made.estimates().take(masked, n);
    for (int c = 0; c < perStem; c++) {
      float[] mixture = estimate(samples, Estimator.MIXTURE, 0, c);
      System.arraycopy(samples[c], 0, mixture, 0, n);
      for (int stem = 1; stem < stems.size(); stem++) {
        add(samples[stem * perStem + c], 1, mixture, n);
      }
      for (int stem = 1; stem < stems.size(); stem++) {
        System.arraycopy(mixture, 0, estimate(samples, Estimator.MIXTURE, stem, c), 0, n);
      }
      addMasked(samples, Estimator.RATIO_MASK, c, 0, n);
      addMasked(samples, Estimator.BINARY_MASK, c, (stems.size() - 1) * perStem, n);
    }
  }

  /** The last stem is what the others leave of the mixture. */
  private void addMasked(float[][] samples, Estimator estimator, int channel, int first, int n) {
    int last = stems.size() - 1;
    float[] rest = estimate(samples, estimator, last, channel);
    System.arraycopy(estimate(samples, Estimator.MIXTURE, 0, channel), 0, rest, 0, n);
    for (int stem = 0; stem < last; stem++) {
      float[] estimate = masked[first + stem * perStem + channel];
      System.arraycopy(estimate, 0, estimate(samples, estimator, stem, channel), 0, n);
      add(estimate, -1, rest, n);
    }
  }

  private static void add(float[] samples, int sign, float[] into, int n) {
    for (int t = 0; t < n; t++) {
      into[t] += sign * samples[t];
    }
  }

  private float[] estimate(float[][] samples, Estimator estimator, int stem, int channel) {
    return samples[((1 + ALL.indexOf(estimator)) * stems.size() + stem) * perStem + channel];
  }

  @Override
  public void close() throws IOException {
    baselines.ifPresent(Baselines::close);
    AudioStreams.close(readers);
  }

  /** References of a track's stems and their estimates, which can be read more than once. */
  @FunctionalInterface
  public interface StemPairs {
    /** Opens all of them at their start; the caller closes them. */
    PairReader open() throws IOException;
  }
}
