package io.stemspark.internal.separation;

import io.stemspark.audio.AudioFormat;
import io.stemspark.audio.AudioReader;
import io.stemspark.internal.audio.FullReader;
import io.stemspark.separation.OutputConfig;
import io.stemspark.separation.SeparationResult;
import io.stemspark.separation.StageTimes;
import io.stemspark.separation.StemSink;
import java.io.IOException;
import java.time.Duration;

/** A mixture and the estimate of its vocals, to be split into stems. */
final class EstimatedTrack {
  private static final int BLOCK = 1 << 14;

  private final AudioFormat format;
  private final FullReader mixture;
  private final FullReader vocals;
  private final ExactSumQuantizer split;

  /**
   * @param vocals in the mixture's rate and channels, and as long
   */
  EstimatedTrack(AudioReader mixture, AudioReader vocals, OutputConfig output) {
    this.format = mixture.format();
    this.mixture = new FullReader(mixture);
    this.vocals = new FullReader(vocals);
    this.split = ExactSumQuantizer.of(output, format);
  }

  SeparationResult split(StemSink sink) throws IOException {
    float[][] mixed = new float[format.channels()][BLOCK];
    float[][] sung = new float[format.channels()][BLOCK];
    float[][] rest = new float[format.channels()][BLOCK];
    long position = 0;
    long reading = 0;
    long splitting = 0;
    long writing = 0;
    while (true) {
      long start = System.nanoTime();
      int length = mixture.read(mixed);
      int estimated = vocals.read(sung);
      if (estimated != length) {
        throw new IOException("the estimate of its vocals is not as long as the mixture");
      }
      if (length < 0) {
        return result(position, reading, splitting, writing);
      }
      long read = System.nanoTime();
      for (int c = 0; c < format.channels(); c++) {
        split.split(mixed[c], sung[c], rest[c], length, position);
      }
      long done = System.nanoTime();
      sink.write(sung, rest, position, length);
      position += length;
      reading += read - start;
      splitting += done - read;
      writing += System.nanoTime() - done;
    }
  }

  private SeparationResult result(long samples, long reading, long splitting, long writing) {
    StageTimes times =
        new StageTimes(
            Duration.ofNanos(reading),
            Duration.ofNanos(splitting),
            Duration.ZERO,
            Duration.ZERO,
            Duration.ofNanos(writing),
            Duration.ZERO,
            Duration.ZERO);
    return new SeparationResult(
        samples, format.sampleRate(), times, split.clippedVocals(), split.clippedAccompaniment());
  }
}
