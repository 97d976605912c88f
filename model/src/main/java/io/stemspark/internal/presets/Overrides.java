package io.stemspark.internal.presets;

import io.stemspark.network.Stem;
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
    boolean bothPolarities) {}
