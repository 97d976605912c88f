package io.stemspark.internal.ffmpeg;

import io.stemspark.internal.audio.Waveform;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;

/** The stereo recording that the lossy test files were made of; formats.py says how it was made. */
public final class Recording {
  public static final Path FOLDER =
      Path.of(
          System.getProperty("stemspark.root"), "feature-extraction/src/test/resources/formats");

  private Recording() {}

  /** Its first channel, both, or as many as formats.py makes of them for surround sound. */
  static float[][] samples(int channels) throws IOException {
    ByteBuffer bytes =
        ByteBuffer.wrap(Files.readAllBytes(FOLDER.resolve("source.s16")))
            .order(ByteOrder.LITTLE_ENDIAN);
    float[][] samples = new float[channels][bytes.remaining() / 4];
    for (int i = 0; i < samples[0].length; i++) {
      int[] stereo = {bytes.getShort(), bytes.getShort()};
      for (int c = 0; c < channels; c++) {
        samples[c][i] = Math.floorDiv(stereo[c % 2], 1 + c / 2) / 32768f;
      }
    }
    return samples;
  }

  /** Signal-to-noise ratio of {@code decoded} in dB, over the samples that both have. */
  static double signalToNoise(float[][] source, Waveform decoded, int offset) {
    double signal = 0;
    double noise = 0;
    for (int c = 0; c < source.length; c++) {
      for (int i = 0; i < source[c].length; i++) {
        if (i + offset >= 0 && i + offset < decoded.length()) {
          double difference = source[c][i] - decoded.channel(c)[i + offset];
          signal += source[c][i] * source[c][i];
          noise += difference * difference;
        }
      }
    }
    return 10 * Math.log10(signal / noise);
  }
}
