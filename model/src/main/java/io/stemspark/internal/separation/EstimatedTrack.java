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
import java.util.List;

/**
 * A mixture and the estimates of its stems, to be split.
 *
 * @param estimates in the order of the plan, in the mixture's rate and channels, and as long
 */
record EstimatedTrack(
    AudioReader mixture, List<AudioReader> estimates, StemPlan plan, OutputConfig output) {
  private static final int BLOCK = 1 << 14;

  SeparationResult split(StemSink sink) throws IOException {
    AudioFormat format = mixture.format();
    StemSplit split = new StemSplit(plan, output, format, BLOCK, sink);
    FullReader mixtureBlocks = new FullReader(mixture);
    List<FullReader> stemBlocks = estimates.stream().map(FullReader::new).toList();
    long start = System.nanoTime();
    long reading = 0;
    while (true) {
      long before = System.nanoTime();
      int length = mixtureBlocks.read(split.mixture());
      for (int stem = 0; stem < stemBlocks.size(); stem++) {
        if (stemBlocks.get(stem).read(split.estimate(stem)) != length) {
          throw new IOException("The estimate of a stem is not as long as the mixture.");
        }
      }
      reading += System.nanoTime() - before;
      if (length < 0) {
        long all = System.nanoTime() - start;
        return new SeparationResult(
            split.position(),
            format.sampleRate(),
            times(reading, all - reading - split.writingNanos(), split.writingNanos()),
            split.finish());
      }
      split.split(length);
    }
  }

  private static StageTimes times(long reading, long splitting, long writing) {
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
