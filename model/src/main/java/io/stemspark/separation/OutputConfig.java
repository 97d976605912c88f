package io.stemspark.separation;

import io.stemspark.audio.AudioFormat;
import io.stemspark.audio.Container;
import io.stemspark.audio.Encoding;
import io.stemspark.audio.SampleFormat;
import io.stemspark.internal.ffmpeg.LoudnessTags;
import io.stemspark.network.Stem;
import io.stemspark.settings.Section;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * How stems are written.
 *
 * @param stems which of them are written
 * @param encoding the kind of file and its quality
 * @param bitDepth of lossless files
 * @param clipping what becomes of samples beyond full scale
 * @param loudness whether the stems' loudness is measured, for tags and the sidecar
 * @param sidecar whether a JSON file beside the stems says what they are
 */
public record OutputConfig(
    StemSelection stems,
    Encoding encoding,
    BitDepth bitDepth,
    Clipping clipping,
    boolean loudness,
    boolean sidecar)
    implements Serializable {
  /** Of a file that holds all, beside the mixture, in the order in which MUSDB18 has them. */
  public static final List<Stem> STEMS_OF_A_FILE =
      Stream.of("drums", "bass", "other", "vocals").map(Stem::new).toList();

  /** Of such a file too: the names of its streams. */
  public static final List<String> STREAMS_OF_A_FILE =
      Stream.concat(Stream.of(Stem.MIXTURE), STEMS_OF_A_FILE.stream().map(Stem::name)).toList();

  public OutputConfig {
    boolean floats = bitDepth == BitDepth.FLOAT32 || clipping == Clipping.KEEP;
    if (encoding.container().isLossless() && !encoding.container().holdsFloats() && floats) {
      throw new IllegalArgumentException(
          "The container is %s, which holds no floats. Expected another container for bit-depth = float32 or clipping = keep."
              .formatted(Section.word(encoding.container())));
    }
    if (loudness && !sidecar && !LoudnessTags.areIn(encoding.container())) {
      throw new IllegalArgumentException(
          "The container is %s, which holds no loudness tags. Expected flac, mp3, ogg or opus, or sidecar = true, for loudness = true."
              .formatted(Section.word(encoding.container())));
    }
  }

  /** WAV as precise as the source. */
  public static OutputConfig wav() {
    return wav(StemSelection.ALL);
  }

  /** The same of some stems. */
  public static OutputConfig wav(StemSelection stems) {
    return new OutputConfig(
        stems, Encoding.of(Container.WAV), BitDepth.SOURCE, Clipping.LIMIT, false, false);
  }

  /** Stems as they are estimated. */
  public static OutputConfig unrounded() {
    return new OutputConfig(
        StemSelection.ALL,
        Encoding.of(Container.WAV),
        BitDepth.FLOAT32,
        Clipping.KEEP,
        false,
        false);
  }

  /** Reads the block {@code output} of the settings. */
  public static OutputConfig from(Section settings) {
    Container container = settings.choice("container", Container.class);
    Encoding encoding =
        new Encoding(
            container,
            switch (container) {
              case WAV, ALAC, STEM_ALAC -> 0;
              case FLAC -> settings.integer("flac-compression", 0, 12);
              case MP3 -> settings.integer("mp3-bitrate", 32, 320);
              case OGG, OPUS -> settings.integer("opus-bitrate", 6, 510);
              case M4A, STEM_MP4 -> settings.integer("m4a-bitrate", 32, 512);
            });
    return settings.build(
        "container",
        () ->
            new OutputConfig(
                StemSelection.from(settings),
                encoding,
                settings.choice("bit-depth", BitDepth.class),
                settings.choice("clipping", Clipping.class),
                settings.flag("loudness"),
                settings.flag("sidecar")));
  }

  /** The same, with the mixture beside all stems. */
  public OutputConfig asCorpus() {
    return with(StemSelection.CORPUS);
  }

  /**
   * The same of a model with these stems.
   *
   * @throws IllegalArgumentException when it has not all that are to be written
   */
  public OutputConfig of(List<Stem> model) {
    StemSelection selected = stems.of(model);
    boolean four =
        Set.copyOf(selected.stems()).equals(Set.copyOf(STEMS_OF_A_FILE))
            && Set.copyOf(model).equals(Set.copyOf(STEMS_OF_A_FILE));
    if (encoding.container().holdsAllStems() && (selected.withMixture() || !four)) {
      throw new IllegalArgumentException(
          "The container %s holds %s of a model that gives these, and %s of %s are wanted. Expected another container."
              .formatted(
                  Section.word(encoding.container()), STEMS_OF_A_FILE, selected.names(), model));
    }
    return with(selected);
  }

  /**
   * The names of the files of a track, without extensions: those of its stems; or one, which is
   * empty, of a file that holds all of them.
   */
  public List<String> files() {
    return encoding.container().holdsAllStems() ? List.of("") : stems.names();
  }

  /** The same of other stems. */
  public OutputConfig with(StemSelection selected) {
    return new OutputConfig(selected, encoding, bitDepth, clipping, loudness, sidecar);
  }

  /** The format of the stems of a mixture of this format. */
  public AudioFormat formatFor(AudioFormat mixture) {
    SampleFormat wanted =
        clipping == Clipping.KEEP ? SampleFormat.FLOAT32 : bitDepth.of(mixture.sampleFormat());
    return mixture.withSampleFormat(encoding.container().nearest(wanted));
  }

  /** How precisely lossless stems are stored. */
  public enum BitDepth {
    /** As the mixture is; 16 bits for lossy sources, 24 for integers of 32. */
    SOURCE,
    INT16,
    INT24,
    FLOAT32;

    SampleFormat of(SampleFormat source) {
      return switch (this) {
        case SOURCE -> source;
        case INT16 -> SampleFormat.INT16;
        case INT24 -> SampleFormat.INT24;
        case FLOAT32 -> SampleFormat.FLOAT32;
      };
    }
  }

  /** What becomes of samples beyond full scale. None of these rescales a stem. */
  public enum Clipping {
    /** They are limited to full scale; float WAV files hold them as they are. */
    LIMIT,
    /** They are kept, in floats whatever the source's bit depth. */
    KEEP,
    /** The track fails. */
    REFUSE
  }

  /**
   * Which stems of a track are written.
   *
   * @param stems in order; none for all that the model has
   * @param withMixture whether their sum, the mixture, is written beside them
   */
  public record StemSelection(List<Stem> stems, boolean withMixture) implements Serializable {
    /** All stems that the model has. */
    public static final StemSelection ALL = new StemSelection(List.of(), false);

    /** All stems and their sum, the mixture: what a corpus to train on has. */
    public static final StemSelection CORPUS = new StemSelection(List.of(), true);

    public StemSelection {
      stems = List.copyOf(stems);
      if (new HashSet<>(stems).size() < stems.size()) {
        throw new IllegalArgumentException(
            "The stems are %s. Expected each once.".formatted(stems));
      }
    }

    /** These stems alone. */
    public static StemSelection of(Stem... stems) {
      return new StemSelection(List.of(stems), false);
    }

    /** Reads {@code stems} in the block {@code output} of the settings. */
    static StemSelection from(Section settings) {
      List<String> names = settings.textOrTexts("stems");
      return switch (names.size() == 1 ? names.get(0) : "") {
        case "all", "both" -> ALL; // Until models had other numbers of stems, the word was both.
        case "corpus" -> CORPUS;
        default ->
            settings.build(
                "stems", () -> new StemSelection(names.stream().map(Stem::new).toList(), false));
      };
    }

    /**
     * The same of a model with these stems: each by its name. Where there are vocals, the rest can
     * be had as accompaniment.
     *
     * @throws IllegalArgumentException when it has not all of them
     */
    public StemSelection of(List<Stem> model) {
      boolean voice = model.contains(Stem.VOCALS);
      for (Stem stem : stems) {
        if (!model.contains(stem) && !(voice && stem.equals(Stem.ACCOMPANIMENT))) {
          throw new IllegalArgumentException(
              "stemspark.output.stems has %s, but the model gives %s.".formatted(stem, model));
        }
      }
      return stems.isEmpty() ? new StemSelection(model, withMixture) : this;
    }

    /** The names of the files that are written, without extensions. */
    public List<String> names() {
      List<String> names = new ArrayList<>(stems.stream().map(Stem::name).toList());
      if (withMixture) {
        names.add(Stem.MIXTURE);
      }
      return names;
    }

    /** Whether this stem is written. */
    public boolean has(Stem stem) {
      return stems.contains(stem);
    }
  }
}
