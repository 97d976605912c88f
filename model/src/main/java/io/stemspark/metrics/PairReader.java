package io.stemspark.metrics;

import io.stemspark.audio.AudioDecoder;
import io.stemspark.audio.AudioException;
import io.stemspark.audio.AudioFormat;
import io.stemspark.audio.AudioReader;
import io.stemspark.internal.audio.AudioStreams;
import io.stemspark.internal.audio.FullReader;
import io.stemspark.internal.audio.SampleQueue;
import io.stemspark.spectrogram.StftConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Reads references and estimates of a track's vocals and accompaniment in step, and makes the
 * estimates of the baselines. An estimate that is a little too long is cut off, and one that is too
 * short is followed by silence, as in museval.
 */
public final class PairReader implements AutoCloseable {
  /** Vocals and accompaniment. */
  static final int STEMS = 2;

  /** The filters' equations take memory with the square of the channels: half a gigabyte for 8. */
  private static final int MAX_CHANNELS = 8;

  /** An estimate may be longer or shorter than its reference by a second over this. */
  private static final int MAX_APART = 10;

  private static final List<Estimator> ALL = List.of(Estimator.values());

  private final String name;
  private final AudioFormat format;
  private final int perStem;
  private final List<AudioReader> readers;
  private final FullReader[] full;
  private final Optional<Baselines> baselines;
  private final float[][][] read;
  private final float[][] block;
  private final SampleQueue pairs;
  private final boolean[] over = new boolean[2 * STEMS];
  private final long[] lengths = new long[2 * STEMS];
  private final float[][] masked;
  private boolean ended;

  /**
   * @param name what errors call the track
   * @param stems references of vocals and accompaniment, then the estimates; closed with this
   *     object
   * @param masks transform that the masks of the baselines are applied in, at the track's own
   *     sample rate, where the baselines are wanted
   * @throws AudioException when sample rates or channels differ
   */
  public PairReader(String name, List<AudioReader> stems, Optional<StftConfig> masks)
      throws AudioException {
    this.name = name;
    this.readers = List.copyOf(stems);
    this.format = stems.get(0).format();
    if (format.channels() > MAX_CHANNELS) {
      throw new AudioException(
          name,
          "The stems have %d channels. Expected at most %d."
              .formatted(format.channels(), MAX_CHANNELS));
    }
    for (AudioReader stem : stems) {
      requireAlike(stem.format());
    }
    this.perStem = format.channels();
    this.full = stems.stream().map(FullReader::new).toArray(FullReader[]::new);
    this.read = new float[2 * STEMS][perStem][format.sampleRate()];
    this.block = new float[2 * STEMS * perStem][];
    this.pairs = new SampleQueue(block.length);
    this.masked = new float[2 * perStem][format.sampleRate()];
    this.baselines =
        masks.map(stft -> new Baselines(stft.withSampleRate(format.sampleRate()), perStem));
  }

  /**
   * Opens files.
   *
   * @param files of the references of vocals and accompaniment, then of the estimates
   */
  static PairReader open(List<Path> files, AudioDecoder decoder) throws IOException {
    return AudioStreams.open(
        files,
        file -> decoder.open(file.toString(), Files.newByteChannel(file), AudioDecoder.BEST_STREAM),
        readers -> new PairReader(files.get(0).toString(), readers, Optional.empty()));
  }

  private void requireAlike(AudioFormat other) throws AudioException {
    if (other.sampleRate() != format.sampleRate() || other.channels() != format.channels()) {
      throw new AudioException(
          name,
          "The reference of the vocals has %d Hz and %d channels, another stem %d Hz and %d."
              .formatted(
                  format.sampleRate(), format.channels(), other.sampleRate(), other.channels()));
    }
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
   * @param samples filled; {@code [signal][time]}: all channels of the reference of the vocals,
   *     then of the accompaniment, then the same for each estimator
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
      if (apart > (stem < STEMS ? 0 : format.sampleRate() / MAX_APART)) {
        throw new AudioException(
            name,
            "%s has %s%d samples, and the reference of the vocals has %d. They are not of one track."
                .formatted(
                    stem < STEMS ? "The other reference" : "An estimate",
                    over[stem] ? "" : "more than ",
                    lengths[stem],
                    lengths[0]));
      }
    }
  }

  private void addBaselines(Baselines made, float[][] samples, int n) {
    made.estimates().take(masked, n);
    for (int c = 0; c < perStem; c++) {
      float[] mixture = estimate(samples, Estimator.MIXTURE, 0, c);
      for (int t = 0; t < n; t++) {
        mixture[t] = samples[c][t] + samples[perStem + c][t];
      }
      System.arraycopy(mixture, 0, estimate(samples, Estimator.MIXTURE, 1, c), 0, n);
      addMasked(samples, Estimator.RATIO_MASK, c, masked[c], n);
      addMasked(samples, Estimator.BINARY_MASK, c, masked[perStem + c], n);
    }
  }

  private void addMasked(
      float[][] samples, Estimator estimator, int channel, float[] voice, int n) {
    float[] mixture = estimate(samples, Estimator.MIXTURE, 0, channel);
    float[] rest = estimate(samples, estimator, 1, channel);
    System.arraycopy(voice, 0, estimate(samples, estimator, 0, channel), 0, n);
    for (int t = 0; t < n; t++) {
      rest[t] = mixture[t] - voice[t];
    }
  }

  private float[] estimate(float[][] samples, Estimator estimator, int stem, int channel) {
    return samples[((1 + ALL.indexOf(estimator)) * STEMS + stem) * perStem + channel];
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
