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
  private static final int LENGTH = 40;

  /**
   * Reads the chunk.
   *
   * @return empty unless it is one of integers that states valid bits
   */
  public static Optional<WaveFormat> extensibleIntegers(ByteBuffer chunk) {
    if (chunk.limit() < LENGTH) {
      return Optional.empty();
    }
    int tag = chunk.getShort(0) & 0xFFFF;
    int channels = chunk.getShort(2) & 0xFFFF;
    int blockAlign = chunk.getShort(12) & 0xFFFF;
    int validBits = chunk.getShort(18) & 0xFFFF;
    int subFormat = chunk.getShort(24) & 0xFFFF;
    if (tag != EXTENSIBLE || subFormat != PCM || channels == 0 || blockAlign % channels != 0) {
      return Optional.empty();
    }
    int bytesPerSample = blockAlign / channels;
    boolean sound = validBits >= 1 && validBits <= 8 * bytesPerSample;
    return sound ? Optional.of(new WaveFormat(bytesPerSample, validBits)) : Optional.empty();
  }
}
