package io.stemspark.internal.child;

import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Damages a file in one of the ways that files are damaged, by chance or on purpose. */
final class Mutation {
  private static final int HEADER = 512;
  private static final int MAX_BITS = 64;
  private static final int[] ABSURD = {0, 1, -1, Integer.MAX_VALUE, Integer.MIN_VALUE, 0xFFFF};

  private final Random random;

  Mutation(Random random) {
    this.random = random;
  }

  byte[] of(List<byte[]> originals) {
    byte[] file = pick(originals).clone();
    int times = 1 + random.nextInt(3);
    for (int i = 0; i < times; i++) {
      file =
          switch (random.nextInt(7)) {
            case 0 -> flipBits(file, file.length);
            case 1 -> flipBits(file, Math.min(HEADER, file.length));
            case 2 -> Arrays.copyOf(file, random.nextInt(file.length + 1));
            case 3 -> withAbsurdNumbers(file);
            case 4 -> withHeaderOf(file, pick(originals));
            case 5 -> withInside(file, pick(originals));
            default -> withoutAPiece(file);
          };
    }
    return file;
  }

  private byte[] pick(List<byte[]> originals) {
    return originals.get(random.nextInt(originals.size()));
  }

  private byte[] flipBits(byte[] file, int within) {
    for (int i = random.nextInt(MAX_BITS); i >= 0 && within > 0; i--) {
      file[random.nextInt(within)] ^= (byte) (1 << random.nextInt(8));
    }
    return file;
  }

  /**
   * Rates, channels and sizes stand in the header, as numbers of two or four bytes in either order.
   */
  private byte[] withAbsurdNumbers(byte[] file) {
    for (int i = random.nextInt(3); i >= 0; i--) {
      int number = ABSURD[random.nextInt(ABSURD.length)];
      int at = random.nextInt(HEADER);
      int bytes = random.nextBoolean() ? 2 : 4;
      boolean bigEndian = random.nextBoolean();
      for (int b = 0; b < bytes && at + b < file.length; b++) {
        file[at + b] = (byte) (number >>> (8 * (bigEndian ? bytes - 1 - b : b)));
      }
    }
    return file;
  }

  private byte[] withHeaderOf(byte[] file, byte[] other) {
    int length = Math.min(1 + random.nextInt(HEADER), Math.min(file.length, other.length));
    System.arraycopy(other, 0, file, 0, length);
    return file;
  }

  private byte[] withInside(byte[] file, byte[] other) {
    int at = random.nextInt(file.length + 1);
    byte[] joined = Arrays.copyOf(file, file.length + other.length);
    System.arraycopy(other, 0, joined, at, other.length);
    System.arraycopy(file, at, joined, at + other.length, file.length - at);
    return joined;
  }

  private byte[] withoutAPiece(byte[] file) {
    int from = random.nextInt(file.length + 1);
    int to = from + random.nextInt(file.length - from + 1);
    byte[] shorter = Arrays.copyOf(file, file.length - (to - from));
    System.arraycopy(file, to, shorter, from, file.length - to);
    return shorter;
  }
}
