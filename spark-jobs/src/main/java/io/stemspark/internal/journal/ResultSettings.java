package io.stemspark.internal.journal;

import io.stemspark.internal.network.StemSet;
import io.stemspark.internal.storage.PathTemplate;
import io.stemspark.network.Stem;
import io.stemspark.patch.PatchConfig;
import io.stemspark.separation.OutputConfig;
import io.stemspark.separation.OutputConfig.StemSelection;
import io.stemspark.separation.SeparationConfig;
import io.stemspark.spectrogram.StftConfig;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The settings that results depend on, as the JSON documents that are hashed ({@code
 * docs/formats/fingerprint.md}).
 *
 * <p>The names here are part of a stored format: they stay when a Java name changes. A setting that
 * is added later goes through {@link Document#unless}, with the value that means the earlier
 * behaviour, so that no hash of an older result changes.
 */
public final class ResultSettings {
  private static final String BSS_EVAL = "bss-eval-4, 512 taps, 1 s";
  private static final String FORMER_BSS_EVAL = "BSS Eval v4, 512 taps, 1 s";

  /** The value of a setting that version 1 had; every other value was worse. */
  private static final String NO_MASK_EXPONENT = "1.0";

  private ResultSettings() {}

  /** The members of a JSON object. */
  private static final class Document {
    private final Map<String, Object> members = new TreeMap<>();

    Document with(String name, Object value) {
      members.put(name, value instanceof Enum<?> constant ? written(constant) : value);
      return this;
    }

    /** Adds a member unless it has the value that its absence means. */
    Document unless(Object absent, String name, Object value) {
      return value.equals(absent) ? this : with(name, value);
    }

    private static String written(Enum<?> constant) {
      return constant.name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * The settings that change stems. Engines differ by rounding only, which with 8-bit arithmetic is
   * at most 0.1 dB.
   */
  public static String ofSeparation(SeparationConfig separation, PathTemplate paths) {
    return Fingerprint.of(separation(separation, paths).members);
  }

  /** In the words of releases whose models all had the same two stems, as far as these go. */
  private static String text(StemSelection stems) {
    boolean voiceAndRest = stems.stems().isEmpty() || stems.stems().equals(StemSet.VOICE.stems());
    if (voiceAndRest) {
      return stems.withMixture() ? "corpus" : "both";
    }
    return String.join(",", stems.names());
  }

  private static Document separation(SeparationConfig separation, PathTemplate paths) {
    OutputConfig output = separation.output();
    return new Document()
        .with("job", "separate")
        .with("precision", separation.precision())
        .with("overlap", separation.overlap())
        .unless(false, "wiener", separation.wiener())
        .with("stems", text(output.stems()))
        .with("container", output.encoding().container())
        .with("quality", output.encoding().quality())
        .with("bit_depth", output.bitDepth())
        .with("clipping", output.clipping())
        .unless(false, "loudness", output.loudness())
        .unless(false, "sidecar", output.sidecar())
        .with("path", paths.text());
  }

  /**
   * The settings that change the rows of a feature dataset.
   *
   * @param stems of the rows
   * @param filters settings that leave tracks or patches out, by name
   */
  public static String ofExtraction(
      StftConfig stft, PatchConfig patch, List<Stem> stems, Map<String, Object> filters) {
    return Fingerprint.of(
        new Document()
            .with("job", "extract")
            .with("stft", stft(stft))
            .with("patch_frames", patch.frames())
            .with("patch_bins", patch.bins())
            .unless(names(StemSet.VOICE.stems()), "stems", names(stems))
            .unless(Map.of(), "filters", filters)
            .members);
  }

  private static List<String> names(List<Stem> stems) {
    return stems.stream().map(Stem::name).toList();
  }

  private static Map<String, Object> stft(StftConfig stft) {
    return new Document()
        .with("sample_rate", stft.sampleRate())
        .with("fft_size", stft.fftSize())
        .with("hop_length", stft.hopLength())
        .with("window", stft.window())
        .members;
  }

  /**
   * The settings that change scores of existing stems.
   *
   * @param masks transform of the ideal masks; empty when they are not scored
   */
  public static String ofEvaluation(Optional<StftConfig> masks, List<Stem> stems) {
    return Fingerprint.of(evaluation(masks, stems).members);
  }

  /** The same for stems that a model makes on the way. */
  public static String ofEvaluation(
      Optional<StftConfig> masks,
      List<Stem> stems,
      SeparationConfig separation,
      PathTemplate paths) {
    return Fingerprint.of(
        evaluation(masks, stems).with("separation", separation(separation, paths).members).members);
  }

  private static Document evaluation(Optional<StftConfig> masks, List<Stem> stems) {
    Document document =
        new Document()
            .with("job", "evaluate")
            .with("measures", BSS_EVAL)
            .unless(names(StemSet.VOICE.stems()), "scored", names(stems));
    return masks.map(stft -> document.with("masks", stft(stft))).orElse(document);
  }

  /** {@link #ofSeparation} in version 1. */
  public static String formerOfSeparation(SeparationConfig separation, PathTemplate paths) {
    return Fingerprint.hash(
        String.join(
            "\n",
            separation.precision().name(),
            String.valueOf(separation.overlap()),
            NO_MASK_EXPONENT,
            String.valueOf(separation.wiener()),
            formerText(separation.output()),
            paths.text()));
  }

  private static String formerText(OutputConfig output) {
    return "OutputConfig[stems=%s, encoding=Encoding[container=%s, quality=%d], bitDepth=%s, clipping=%s]"
        .formatted(
            text(output.stems()).toUpperCase(Locale.ROOT),
            output.encoding().container().name(),
            output.encoding().quality(),
            output.bitDepth().name(),
            output.clipping().name());
  }

  /** {@link #ofExtraction} in version 1. */
  public static String formerOfExtraction(StftConfig stft, PatchConfig patch) {
    return Fingerprint.hash(
        "%s\nPatchConfig[frames=%d, bins=%d]"
            .formatted(formerText(stft), patch.frames(), patch.bins()));
  }

  private static String formerText(StftConfig stft) {
    return "StftConfig[sampleRate=%d, fftSize=%d, hopLength=%d, window=%s]"
        .formatted(stft.sampleRate(), stft.fftSize(), stft.hopLength(), stft.window().name());
  }

  /** {@link #ofEvaluation(Optional, List)} in version 1. */
  public static String formerOfEvaluation(Optional<StftConfig> masks) {
    return Fingerprint.hash(
        FORMER_BSS_EVAL + "\n" + masks.map(ResultSettings::formerText).orElse("null"));
  }

  /** {@link #ofEvaluation(Optional, List, SeparationConfig, PathTemplate)} in version 1. */
  public static String formerOfEvaluation(
      Optional<StftConfig> masks, SeparationConfig separation, PathTemplate paths) {
    return Fingerprint.hash(
        "%s\n%s\n%s"
            .formatted(
                FORMER_BSS_EVAL,
                masks.map(ResultSettings::formerText).orElse("null"),
                formerOfSeparation(separation, paths)));
  }
}
