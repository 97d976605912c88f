package io.stemspark.internal.presets;

import io.stemspark.network.Stem;
import io.stemspark.settings.Section;
import io.stemspark.spectrogram.StftConfig.Window;
import java.util.List;
import java.util.Optional;

/**
 * What is said of networks beside their files; all of it may be missing.
 *
 * @param stems whose estimates their outputs are, in order
 * @param fftSize samples per frame of their spectra
 * @param hopLength samples between frames
 * @param window of the frames
 * @param gain factor on what they give
 * @param overlap share of a segment that it has in common with the next
 * @param bothPolarities whether they are run on the mixture's negative too
 */
public record Overrides(
    List<Stem> stems,
    Optional<Integer> fftSize,
    Optional<Integer> hopLength,
    Optional<Window> window,
    Optional<Double> gain,
    Optional<Double> overlap,
    boolean bothPolarities) {
  static final String FFT_SIZE = "--fft-size";
  static final String HOP_LENGTH = "--hop-length";
  static final String WINDOW = "--window";
  static final String GAIN = "--gain";
  static final String OVERLAP = "--overlap";
  static final String POLARITIES = "--both-polarities";

  /**
   * Checks that some options are not given.
   *
   * @throws IllegalArgumentException when one is
   */
  void requireNone(Preset preset, String... options) {
    for (String option : options) {
      boolean given =
          switch (option) {
            case FFT_SIZE -> fftSize.isPresent();
            case HOP_LENGTH -> hopLength.isPresent();
            case WINDOW -> window.isPresent();
            case GAIN -> gain.isPresent();
            case OVERLAP -> overlap.isPresent();
            default -> bothPolarities;
          };
      if (given) {
        throw new IllegalArgumentException(
            "Networks of this kind of the preset %s have no use for %s. Leave it out."
                .formatted(Section.word(preset), option));
      }
    }
  }
}
