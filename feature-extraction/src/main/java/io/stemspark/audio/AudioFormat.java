package io.stemspark.audio;

/**
 * What a stream of samples is.
 *
 * @param sampleRate in Hz
 * @param channels at least 1
 * @param sampleFormat the precision of the source, or of the file to write
 */
public record AudioFormat(int sampleRate, int channels, SampleFormat sampleFormat) {
  public AudioFormat {
    if (sampleRate < 1 || channels < 1) {
      throw new IllegalArgumentException(
          "Invalid audio format: %d Hz, %d channels".formatted(sampleRate, channels));
    }
  }

  public AudioFormat withSampleFormat(SampleFormat format) {
    return new AudioFormat(sampleRate, channels, format);
  }
}
