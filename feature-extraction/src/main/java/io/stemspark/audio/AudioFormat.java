package io.stemspark.audio;

/**
 * The format of a stream of samples.
 *
 * @param sampleRate in Hz
 * @param channels at least 1
 * @param sampleFormat the precision of the source, or of the file to write
 * @param layout which speakers the channels are for, in FFmpeg's words, such as {@code 5.1(side)};
 *     empty for what is usual with their number
 */
public record AudioFormat(int sampleRate, int channels, SampleFormat sampleFormat, String layout) {
  /** Channels that a supported file may have. */
  public static final int MAX_CHANNELS = 32;

  private static final int MIN_RATE = 1000;
  private static final int MAX_RATE = 768_000;

  public AudioFormat {
    if (sampleRate < 1 || channels < 1) {
      throw new IllegalArgumentException(
          "The audio format has %d Hz and %d channels. Expected at least 1 of each."
              .formatted(sampleRate, channels));
    }
  }

  /**
   * Checks that audio of this format can be worked with.
   *
   * @throws AudioException when the sample rate or the number of channels is not supported
   */
  public void requireSupported(String file) throws AudioException {
    if (sampleRate < MIN_RATE || sampleRate > MAX_RATE) {
      throw new AudioException(
          file,
          "The sample rate is %d Hz. Supported are %d to %d Hz."
              .formatted(sampleRate, MIN_RATE, MAX_RATE));
    }
    if (channels > MAX_CHANNELS) {
      throw new AudioException(
          file,
          "The file has %d channels. Supported are 1 to %d.".formatted(channels, MAX_CHANNELS));
    }
  }

  /** A format of the usual channel layout. */
  public AudioFormat(int sampleRate, int channels, SampleFormat sampleFormat) {
    this(sampleRate, channels, sampleFormat, "");
  }

  /** The same with samples of another format. */
  public AudioFormat withSampleFormat(SampleFormat format) {
    return new AudioFormat(sampleRate, channels, format, layout);
  }

  /** The same at another sample rate, in Hz. */
  public AudioFormat withSampleRate(int rate) {
    return new AudioFormat(rate, channels, sampleFormat, layout);
  }
}
