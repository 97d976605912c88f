package io.stemspark.separation;

import io.stemspark.audio.AudioFormat;
import io.stemspark.audio.Container;
import io.stemspark.audio.Encoding;
import io.stemspark.audio.SampleFormat;
import io.stemspark.settings.Section;
import java.io.Serializable;

/**
 * What stems are written as.
 *
 * @param stems which of them
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
          "another container: flac holds no floats, which bit-depth = float32 and clipping = keep"
              + " ask for");
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

  public static OutputConfig from(Section settings) {
    Container container = settings.choice("container", Container.class);
    Encoding encoding =
        new Encoding(
            container,
            switch (container) {
              case WAV -> 0;
              case FLAC -> settings.integer("flac-compression", 0, 12);
              case MP3 -> settings.integer("mp3-bitrate", 32, 320);
              case OGG -> settings.integer("ogg-quality", 0, 10);
              case OPUS -> settings.integer("opus-bitrate", 6, 510);
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

  /** The format of the stems of a mixture of this format. */
  public AudioFormat formatFor(AudioFormat mixture) {
    SampleFormat wanted =
        clipping == Clipping.KEEP ? SampleFormat.FLOAT32 : bitDepth.of(mixture.sampleFormat());
    return mixture.withSampleFormat(encoding.container().nearest(wanted));
  }
}
