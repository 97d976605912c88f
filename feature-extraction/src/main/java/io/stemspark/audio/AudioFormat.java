package io.stemspark.audio;

/**
 * What a stream of samples is.
 *
 * @param sampleRate in Hz
 * @param channels at least 1
 * @param sampleFormat the precision of the source, or of the file to write
 * @param layout which speakers the channels are for, in FFmpeg's words, such as {@code 5.1(side)};
 *     empty for what is usual with their number
 */
public record AudioFormat(int sampleRate, int channels, SampleFormat sampleFormat, String layout) {
  public AudioFormat {
    if (sampleRate < 1 || channels < 1) {
      throw new IllegalArgumentException(
          "Invalid audio format: %d Hz, %d channels".formatted(sampleRate, channels));
    }
  }

  /** A format of the usual channel layout. */
  public AudioFormat(int sampleRate, int channels, SampleFormat sampleFormat) {
    this(sampleRate, channels, sampleFormat, "");
  }

  public AudioFormat withSampleFormat(SampleFormat format) {
    return new AudioFormat(sampleRate, channels, format, layout);
  }

  public AudioFormat withSampleRate(int rate) {
    return new AudioFormat(rate, channels, sampleFormat, layout);
  }
}
