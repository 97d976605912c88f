package io.stemspark.internal.repair;

import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * What the chunk {@code fmt} of a WAV file says of its samples (Microsoft's WAVEFORMATEXTENSIBLE).
 *
 * @param bytesPerSample that a sample takes in the file
 * @param validBits of these, from the top
 */
public record WaveFormat(int bytesPerSample, int validBits) {
  private static final int EXTENSIBLE = 0xFFFE;
  private static final int PCM = 1;
  private static final int SUB_FORMAT_AT = 24;
  private static final int LENGTH = 40;

  /**
   * Reads the chunk.
   *
   * @return empty unless it is one of integers that states valid bits
   */
  public static Optional<WaveFormat> extensibleIntegers(ByteBuffer chunk) {
    return chunk.limit() < LENGTH ? Optional.empty() : read(chunk, 0);
  }

  private static Optional<WaveFormat> read(ByteBuffer bytes, int at) {
    int tag = bytes.getShort(at) & 0xFFFF;
    int channels = bytes.getShort(at + 2) & 0xFFFF;
    int blockAlign = bytes.getShort(at + 12) & 0xFFFF;
    int validBits = bytes.getShort(at + 18) & 0xFFFF;
    int subFormat = bytes.getShort(at + SUB_FORMAT_AT) & 0xFFFF;
    if (tag != EXTENSIBLE || subFormat != PCM || channels == 0 || blockAlign % channels != 0) {
      return Optional.empty();
    }
    int bytesPerSample = blockAlign / channels;
    boolean sound = validBits >= 1 && validBits <= 8 * bytesPerSample;
    return sound ? Optional.of(new WaveFormat(bytesPerSample, validBits)) : Optional.empty();
  }
}
