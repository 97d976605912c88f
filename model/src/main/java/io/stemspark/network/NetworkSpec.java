package io.stemspark.network;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.stemspark.patch.PatchConfig;
import io.stemspark.spectrogram.StftConfig;
import java.io.Serializable;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a network takes and gives. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
  @JsonSubTypes.Type(value = NetworkSpec.Patches.class, name = "patches"),
  @JsonSubTypes.Type(value = NetworkSpec.Segments.class, name = "segments")
})
public sealed interface NetworkSpec extends Serializable {
  /** The stems that it estimates, in the order of its output. */
  List<Stem> stems();

  /** Audio channels that it sees together, 1 or 2. */
  int channels();

  /** What a network sees of the mixture. */
  enum Input {
    MAGNITUDE,
    COMPLEX
  }

  /** What a network gives. */
  enum Output {
    /** A share of each element, from 0 to 1. */
    MASK,
    /** The stem's magnitudes; its phases are the mixture's. */
    MAGNITUDE,
    /** The stem's complex spectrum. */
    COMPLEX,
    /**
     * The stem's magnitudes, as Spleeter has them: the mask of a stem is the share that its square
     * has in the sum of those of all stems of the model.
     */
    RATIO
  }

  /** The order of a plane's axes in memory, the slower one first. */
  enum Axes {
    FRAMES_BINS,
    BINS_FRAMES
  }

  /** How the estimates of segments that overlap are joined, by the rules of one host or another. */
  enum Joining {
    /**
     * As Demucs does: weights fall from the middle of a segment to its ends. A last segment that is
     * short lies in the middle of its samples, after real ones.
     */
    TRIANGLE,
    /**
     * As Ultimate Vocal Remover does for MDX-Net: a Hann window, with silence around the track.
     * Half an FFT at either end of the whole is left out.
     */
    HANN,
    /**
     * As Music-Source-Separation-Training does: fades of a tenth of a segment. The track is
     * continued by its reflection.
     */
    LINEAR
  }

  /** What a tensor holds. */
  enum Content {
    /** Samples: (batch, [stem,] channel, sample). */
    SAMPLES,
    /**
     * Complex spectra as planes: (batch, [stem,] plane, bin, frame), the planes being re and im of
     * the first channel, then of the second.
     */
    PLANES,
    /** Real parts of spectra: (batch, [stem,] channel, bin, frame). */
    REAL,
    /** Imaginary parts of spectra, as {@link #REAL}. */
    IMAG
  }

  /**
   * A tensor that a network takes or gives.
   *
   * @param name in the ONNX file
   */
  record Tensor(String name, Content content) implements Serializable {}

  /**
   * The spectra of segments: centred frames, of a segment that is continued by its own reflection,
   * as PyTorch has them.
   *
   * @param bins that the network sees, from 0 Hz; those above are silent in what it gives
   * @param silentBins lowest bins that it is shown as silence
   * @param normalised whether they are divided by the root of the FFT size
   * @param hybrid whether frames are aligned as Hybrid Demucs has it
   */
  record Spectra(
      int fftSize,
      int hopLength,
      StftConfig.Window window,
      int bins,
      int silentBins,
      boolean normalised,
      boolean hybrid)
      implements Serializable {
    public Spectra {
      StftConfig.requireFftSize(fftSize);
      require(
          bins > 0 && bins <= fftSize / 2 + 1,
          "The network sees %d bins. Expected 1 to %d, those of an FFT of %d."
              .formatted(bins, fftSize / 2 + 1, fftSize));
      require(
          silentBins >= 0 && silentBins < bins,
          "The network sees %d silent bins. Expected 0 to %d.".formatted(silentBins, bins - 1));
      require(
          hopLength > 0 && window.covers(fftSize, hopLength),
          "The hop length is %d. Expected one at which windows of %d samples overlap well."
              .formatted(hopLength, fftSize));
    }

    /** A segment is continued by its own reflection, and so has to be longer than that. */
    void requireCovers(int samples) {
      int reflected = fftSize / 2 + (hybrid ? hopLength / 2 * 3 + hopLength : 0);
      require(
          samples > reflected,
          "A segment has %d samples. Expected more than %d for an FFT of %d."
              .formatted(samples, reflected, fftSize));
    }

    /** Frames of a segment of so many samples. */
    public int frames(int samples) {
      return hybrid ? (samples + hopLength - 1) / hopLength : 1 + samples / hopLength;
    }
  }

  /**
   * A network that sees segments of a track.
   *
   * @param sampleRate in Hz
   * @param samples of a segment
   * @param step samples from the start of a segment to that of the next
   * @param border samples around the track that belong to segments and are left out in the end
   * @param level whether the network sees tracks of one loudness: less the mean of the whole track
   *     over all channels, and divided by its standard deviation
   * @param spectra what those of its tensors are that hold spectra; none if all hold samples
   * @param inputs in the order of the file
   * @param outputs that add up to the stems
   * @param gain factor on what it gives
   * @param bothPolarities whether the mean of two estimates is taken, that of the mixture and the
   *     negative of that of its negative
   */
  record Segments(
      List<Stem> stems,
      int channels,
      int sampleRate,
      int samples,
      int step,
      int border,
      Joining joining,
      boolean level,
      List<Spectra> spectra,
      List<Tensor> inputs,
      List<Tensor> outputs,
      double gain,
      boolean bothPolarities)
      implements NetworkSpec {
    private static final int MAX_SAMPLES = 1 << 22;

    /** Most segments over one sample, each of which is a run of the network. */
    private static final int MAX_OVERLAPPING = 64;

    /** Most numbers of a tensor, so that a hostile bundle cannot ask for all memory. */
    private static final long MAX_NUMBERS = 1 << 26;

    public Segments {
      stems = List.copyOf(stems);
      inputs = List.copyOf(inputs);
      outputs = List.copyOf(outputs);
      spectra = List.copyOf(spectra);
      requireChannels(channels);
      requireScale("gain", gain);
      StftConfig.requireRate(sampleRate);
      requireStems(stems);
      require(
          samples > 0 && samples <= MAX_SAMPLES,
          "A segment has %d samples. Expected 1 to %d.".formatted(samples, MAX_SAMPLES));
      int least = 1 + (samples - 1) / MAX_OVERLAPPING;
      require(
          step >= least && step <= samples,
          "Segments of %d samples begin every %d. Expected %d to %d."
              .formatted(samples, step, least, samples));
      int most =
          switch (joining) {
            case TRIANGLE -> 0;
            case HANN -> (samples - 1) / 2;
            case LINEAR -> samples - 1;
          };
      require(
          border >= 0 && border <= most,
          "The border is %d samples. Expected 0 to %d.".formatted(border, most));
      requireWhole("input", inputs);
      requireWhole("output", outputs);
      boolean hasSpectra =
          Stream.concat(inputs.stream(), outputs.stream())
              .anyMatch(tensor -> tensor.content() != Content.SAMPLES);
      require(
          spectra.size() == (hasSpectra ? 1 : 0),
          "The network's tensors are %s and %s, and its spectra are %s. Expected spectra where tensors hold some."
              .formatted(inputs, outputs, spectra));
      requireNumbers(Content.SAMPLES, stems, channels, samples, spectra);
      for (Spectra transform : spectra) {
        transform.requireCovers(samples);
        long numbers = (long) channels * transform.frames(samples) * (transform.fftSize / 2 + 1);
        require(
            numbers <= MAX_NUMBERS,
            "The spectra of a segment are %d numbers. Expected at most %d."
                .formatted(numbers, MAX_NUMBERS));
      }
      for (Content content : contents(inputs, outputs)) {
        requireNumbers(content, stems, channels, samples, spectra);
      }
    }

    private static void requireNumbers(
        Content content, List<Stem> stems, int channels, int samples, List<Spectra> spectra) {
      long numbers = stems.size();
      for (int size : sizes(content, channels, samples, spectra)) {
        numbers = Math.multiplyExact(numbers, size);
      }
      require(
          numbers <= MAX_NUMBERS,
          "The stems of a segment are %d numbers. Expected at most %d."
              .formatted(numbers, MAX_NUMBERS));
    }

    private static void requireWhole(String what, List<Tensor> tensors) {
      List<Content> contents = tensors.stream().map(Tensor::content).toList();
      boolean each = new HashSet<>(contents).size() == contents.size();
      boolean pairs = contents.contains(Content.REAL) == contents.contains(Content.IMAG);
      boolean once = !(contents.contains(Content.PLANES) && contents.contains(Content.REAL));
      require(
          !contents.isEmpty() && each && pairs && once,
          "The %s tensors hold %s. Expected samples, spectra or both, each once: planes, or real and imag."
              .formatted(what, contents));
    }

    private static Set<Content> contents(List<Tensor> inputs, List<Tensor> outputs) {
      return Stream.concat(inputs.stream(), outputs.stream())
          .map(Tensor::content)
          .collect(Collectors.toSet());
    }

    /** Sizes of the axes of a tensor of the mixture, without the batch. */
    public List<Integer> sizes(Content content) {
      return sizes(content, channels, samples, spectra);
    }

    private static List<Integer> sizes(
        Content content, int channels, int samples, List<Spectra> spectra) {
      return switch (content) {
        case SAMPLES -> List.of(channels, samples);
        case PLANES -> List.of(2 * channels, spectra.get(0).bins(), spectra.get(0).frames(samples));
        case REAL, IMAG -> List.of(channels, spectra.get(0).bins(), spectra.get(0).frames(samples));
      };
    }
  }

  /**
   * What a network takes and gives. A tensor holds a patch: planes of frames x bins, one for each
   * audio channel's magnitudes or masks, two for its complex values (re and im of the first
   * channel, then of the second); in its output, those of the first stem, then of the next.
   *
   * @param input what it sees of the mixture
   * @param output what it gives
   * @param stems whose masks or spectra these are, in order
   * @param channels audio channels of a patch, 1 or 2
   * @param patch frames and bins, counted from the first bin
   * @param axes the order of a plane's axes
   * @param inputScale factor on the spectra before the network sees them
   * @param outputScale factor on the spectra that it gives; masks have none
   */
  record Patches(
      Input input,
      Output output,
      List<Stem> stems,
      int channels,
      PatchConfig patch,
      Axes axes,
      double inputScale,
      double outputScale)
      implements NetworkSpec {
    public Patches {
      stems = List.copyOf(stems);
      requireStems(stems);
      require(
          output != Output.RATIO || input == Input.MAGNITUDE,
          "The output is a ratio of magnitudes, but the input is %s. Expected magnitudes."
              .formatted(input));
      requireChannels(channels);
      requireScale("input scale", inputScale);
      requireScale("output scale", outputScale);
      if (output == Output.MASK && outputScale != 1) {
        throw new IllegalArgumentException(
            "The output scale is %s. Expected 1, because the network gives masks."
                .formatted(outputScale));
      }
    }

    /**
     * The project's own U-Net: magnitudes in, masks of stems in them out.
     *
     * @param channels audio channels that it sees at once
     */
    public static Patches unet(PatchConfig patch, int channels, List<Stem> stems) {
      return new Patches(
          Input.MAGNITUDE, Output.MASK, stems, channels, patch, Axes.FRAMES_BINS, 1, 1);
    }

    /** The same of one channel and the voice. */
    public static Patches unet(PatchConfig patch) {
      return unet(patch, 1, List.of(Stem.VOCALS));
    }

    /** (batch, planes, frames, bins) or (batch, planes, bins, frames). */
    public long[] inputShape(long batch) {
      return shape(batch, inputPlanes());
    }

    /** As {@link #inputShape}. */
    public long[] outputShape(long batch) {
      return shape(batch, outputPlanes());
    }

    /** Numbers that it takes for a patch. */
    public int inputSize() {
      return inputPlanes() * patch.size();
    }

    /** Numbers that it gives for a patch. */
    public int outputSize() {
      return outputPlanes() * patch.size();
    }

    /** Planes of an input tensor. */
    public int inputPlanes() {
      return channels * (input == Input.COMPLEX ? 2 : 1);
    }

    /** Planes of an output tensor. */
    public int outputPlanes() {
      return stems.size() * channels * (output == Output.COMPLEX ? 2 : 1);
    }

    /** Patches that a window makes of all channels of a mixture. */
    public int patchesPerWindow(int mixtureChannels) {
      return (mixtureChannels + channels - 1) / channels;
    }

    private long[] shape(long batch, int planes) {
      return axes == Axes.FRAMES_BINS
          ? new long[] {batch, planes, patch.frames(), patch.bins()}
          : new long[] {batch, planes, patch.bins(), patch.frames()};
    }
  }

  private static void require(boolean holds, String message) {
    if (!holds) {
      throw new IllegalArgumentException(message);
    }
  }

  private static void requireStems(List<Stem> stems) {
    require(!stems.isEmpty(), "The network gives no stem. Expected one at least.");
    require(
        new HashSet<>(stems).size() == stems.size(),
        "The network gives the stems %s. Expected each once.".formatted(stems));
  }

  private static void requireChannels(int channels) {
    require(
        channels == 1 || channels == 2,
        "The network sees %d audio channels at once. Expected 1 or 2.".formatted(channels));
  }

  private static void requireScale(String name, double scale) {
    require(
        scale > 0 && scale <= 1e6 && scale >= 1e-6,
        "The %s is %s. Expected 1e-6 to 1e6.".formatted(name, scale));
  }
}
