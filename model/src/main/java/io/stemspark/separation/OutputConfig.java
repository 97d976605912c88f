package io.stemspark.separation;

import io.stemspark.audio.AudioFormat;
import io.stemspark.audio.Container;
import io.stemspark.audio.Encoding;
import io.stemspark.audio.SampleFormat;
import io.stemspark.network.Stem;
import io.stemspark.settings.Section;
import java.io.Serializable;
import java.util.List;
import java.util.stream.Stream;

/**
 * How stems are written.
 *
 * @param stems which of them are written
 * @param encoding the kind of file and its quality
 * @param bitDepth of lossless files
 * @param clipping what becomes of samples beyond full scale
 */
public record OutputConfig(
    StemSelection stems, Encoding encoding, BitDepth bitDepth, Clipping clipping)
    implements Serializable {
  public OutputConfig {
    boolean floats = bitDepth == BitDepth.FLOAT32 || clipping == Clipping.KEEP;
    if (encoding.container() == Container.FLAC && floats) {
      throw new IllegalArgumentException(
          "The container is flac, which holds no floats. Expected another container for bit-depth ="
              + " float32 or clipping = keep.");
    }
  }

  /** WAV as precise as the source. */
  public static OutputConfig wav() {
    return new OutputConfig(
        StemSelection.BOTH, Encoding.of(Container.WAV), BitDepth.SOURCE, Clipping.LIMIT);
  }

  /** The vocals as they are estimated. */
  public static OutputConfig unrounded() {
    return new OutputConfig(
        StemSelection.VOCALS, Encoding.of(Container.WAV), BitDepth.FLOAT32, Clipping.KEEP);
  }

  /** Reads the block {@code output} of the settings. */
  public static OutputConfig from(Section settings) {
    Container container = settings.choice("container", Container.class);
    Encoding encoding =
        new Encoding(
            container,
            switch (container) {
              case WAV -> 0;
              case FLAC -> settings.integer("flac-compression", 0, 12);
              case MP3 -> settings.integer("mp3-bitrate", 32, 320);
              case OGG, OPUS -> settings.integer("opus-bitrate", 6, 510);
              case M4A -> settings.integer("m4a-bitrate", 32, 512);
            });
    return settings.build(
        "container",
        () ->
            new OutputConfig(
                settings.choice("stems", StemSelection.class),
                encoding,
                settings.choice("bit-depth", BitDepth.class),
                settings.choice("clipping", Clipping.class)));
  }

  /** The same, with the mixture beside both stems. */
  public OutputConfig asCorpus() {
    return new OutputConfig(StemSelection.CORPUS, encoding, bitDepth, clipping);
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

  /** Which stems of a track are written. */
  public enum StemSelection {
    /** Vocals and accompaniment. */
    BOTH,
    /** The vocals alone. */
    VOCALS,
    /** The accompaniment alone. */
    ACCOMPANIMENT,
    /** Vocals, accompaniment and their sum, the mixture: what a corpus to train on has. */
    CORPUS;

    /** The name that the file of the mixture has, without an extension. */
    public static final String MIXTURE = "mixture";

    /** The stems that are written, vocals first. */
    public List<Stem> stems() {
      return switch (this) {
        case BOTH, CORPUS -> List.of(Stem.VOCALS, Stem.ACCOMPANIMENT);
        case VOCALS -> List.of(Stem.VOCALS);
        case ACCOMPANIMENT -> List.of(Stem.ACCOMPANIMENT);
      };
    }

    /** The names of the files that are written, without extensions. */
    public List<String> names() {
      Stream<String> stems = stems().stream().map(Stem::baseName);
      return (this == CORPUS ? Stream.concat(stems, Stream.of(MIXTURE)) : stems).toList();
    }

    /** Whether this stem is written. */
    public boolean has(Stem stem) {
      return stems().contains(stem);
    }
  }
}
