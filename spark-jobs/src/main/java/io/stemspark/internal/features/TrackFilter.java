package io.stemspark.internal.features;

import io.stemspark.audio.AudioReader;
import io.stemspark.internal.audio.ForwardingReader;
import io.stemspark.patch.Patch;
import io.stemspark.patch.PatchReader;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Listens to a track, to decide whether it becomes part of a dataset. */
final class TrackFilter {
  private final ExtractionContract task;
  private final float silence;

  TrackFilter(ExtractionContract task) {
    this.task = task;
    // Magnitude of a tone of that level, whose energy falls into one bin.
    this.silence = (float) (Math.pow(10, task.config().silence() / 20) * task.windowSum() / 2);
  }

  /** Whether some tone of a patch is louder than silence, in any channel. */
  boolean isHeard(List<Patch> channels) {
    return !task.config().dropsSilence() || channels.stream().anyMatch(this::isHeard);
  }

  private boolean isHeard(Patch patch) {
    float[] real = patch.content().real();
    float[] imag = patch.content().imag();
    float most = 0;
    for (int i = 0; i < real.length; i++) {
      most = Math.max(most, real[i] * real[i] + imag[i] * imag[i]);
    }
    return most > silence * silence;
  }

  /**
   * What was heard.
   *
   * @param refusal why the track is left out; empty if it is not
   * @param sound its {@link SoundPrint}; empty if it has none
   */
  record Heard(Optional<String> refusal, String sound) {
    static final Heard NOTHING = new Heard(Optional.empty(), "");
  }

  /** Reads a mixture to its end and closes it. */
  Heard listen(AudioReader mixture) throws IOException {
    LevelReader levels = new LevelReader(mixture);
    SoundPrint print = new SoundPrint(task.stft(), task.patch());
    try (PatchReader patches = new PatchReader(levels, task.stft(), task.patch())) {
      for (List<Patch> next = patches.next(); next != null; next = patches.next()) {
        print.add(next);
      }
    }
    Optional<String> refusal = refusal(levels);
    return new Heard(refusal, refusal.isPresent() ? "" : print.finish());
  }

  private Optional<String> refusal(LevelReader levels) {
    ExtractionConfig config = task.config();
    if (levels.decibels() < config.leastLevel()) {
      return Optional.of(
          "The track was left out: its level is %.1f dB of full scale, and stemspark.extraction.least-level is %s."
              .formatted(levels.decibels(), config.leastLevel()));
    }
    if (levels.clipped() > config.mostClipping()) {
      return Optional.of(
          "The track was left out: its share of samples at full scale is %.6f, and stemspark.extraction.most-clipping is %s."
              .formatted(levels.clipped(), config.mostClipping()));
    }
    return Optional.empty();
  }

  /** Adds up energy and samples at full scale. */
  private static final class LevelReader extends ForwardingReader {
    /** The largest sample of 16 bits. */
    private static final float FULL_SCALE = 32767 / 32768f;

    private double energy;
    private long samples;
    private long atFullScale;

    LevelReader(AudioReader reader) {
      super(reader);
    }

    @Override
    public int read(float[][] into) throws IOException {
      int read = super.read(into);
      for (float[] channel : into) {
        for (int i = 0; i < read; i++) {
          energy += (double) channel[i] * channel[i];
          atFullScale += Math.abs(channel[i]) >= FULL_SCALE ? 1 : 0;
        }
        samples += Math.max(0, read);
      }
      return read;
    }

    double decibels() {
      double level = 10 * Math.log10(samples > 0 ? energy / samples : 0);
      return Math.max(ExtractionConfig.NO_LEVEL, level);
    }

    double clipped() {
      return samples > 0 ? (double) atFullScale / samples : 0;
    }
  }
}
