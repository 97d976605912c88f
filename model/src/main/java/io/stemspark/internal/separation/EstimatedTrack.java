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

/**
 * A mixture and the estimate of its vocals, to be split into stems.
 *
 * @param vocals in the mixture's rate and channels, and as long
 */
record EstimatedTrack(AudioReader mixture, AudioReader vocals, OutputConfig output) {
  private static final int BLOCK = 1 << 14;

  SeparationResult split(StemSink sink) throws IOException {
    AudioFormat format = mixture.format();
    FullReader mixtureBlocks = new FullReader(mixture);
    FullReader vocalBlocks = new FullReader(vocals);
    ExactSumQuantizer split = ExactSumQuantizer.of(output, format);
    QualityMeter quality = new QualityMeter(format.sampleRate(), format.channels());
    float[][] mixed = new float[format.channels()][BLOCK];
    float[][] sung = new float[format.channels()][BLOCK];
    float[][] rest = new float[format.channels()][BLOCK];
    StageTimes times = StageTimes.NONE;
    long position = 0;
    while (true) {
      long start = System.nanoTime();
      int length = mixtureBlocks.read(mixed);
      if (vocalBlocks.read(sung) != length) {
        throw new IOException("The estimate of the vocals is not as long as the mixture.");
      }
      if (length < 0) {
        return new SeparationResult(position, format.sampleRate(), times, quality.finish(split));
      }
      long read = System.nanoTime();
      for (int c = 0; c < format.channels(); c++) {
        split.split(mixed[c], sung[c], rest[c], length, position);
      }
      quality.add(sung, rest, length);
      long done = System.nanoTime();
      sink.write(sung, rest, position, length);
      position += length;
      times = times.plus(spent(read - start, done - read, System.nanoTime() - done));
    }
  }

  private static StageTimes spent(long reading, long splitting, long writing) {
    return new StageTimes(
        Duration.ofNanos(reading),
        Duration.ofNanos(splitting),
        Duration.ZERO,
        Duration.ZERO,
        Duration.ofNanos(writing),
        Duration.ZERO,
        Duration.ZERO);
  }
}
