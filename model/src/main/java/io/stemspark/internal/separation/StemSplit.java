package io.stemspark.internal.separation;

import io.stemspark.audio.AudioFormat;
import io.stemspark.network.Stem;
import io.stemspark.separation.OutputConfig;
import io.stemspark.separation.StemQuality;
import io.stemspark.separation.StemSink;
import java.io.IOException;
import java.util.List;

/** Splits a mixture by what has been estimated of it, and passes the stems on. Not thread-safe. */
final class StemSplit {
  private final StemPlan plan;
  private final ExactSumQuantizer quantizer;
  private final QualityMeter quality;
  private final StemSink sink;
  private final float[][] mixture;
  private final float[][][] parts;
  private final float[][] rest;
  private final float[][][] written;
  private final float[][] direct;
  private long position;
  private long writingNanos;

  /**
   * @param most samples that are split at once
   */
  StemSplit(StemPlan plan, OutputConfig output, AudioFormat format, int most, StemSink sink) {
    this.plan = plan;
    this.sink = sink;
    int channels = format.channels();
    List<Stem> named = plan.parts();
    quantizer = ExactSumQuantizer.of(output, plan, format);
    quality = new QualityMeter(plan, format.sampleRate(), channels);
    mixture = new float[channels][most];
    parts = new float[named.size()][channels][most];
    direct = new float[named.size() - 1][];
    rest = plan.hasOwnRest() ? new float[channels][most] : parts[1 - plan.lead()];
    written = new float[plan.written().size()][][];
    for (int i = 0; i < written.length; i++) {
      int part = named.indexOf(plan.written().get(i));
      written[i] = part < 0 ? rest : parts[part];
    }
  }

  /** Where the next samples of the mixture are to be put, {@code [channel][time]}. */
  float[][] mixture() {
    return mixture;
  }

  /** Where the next samples of an estimated stem are to be put, {@code [channel][time]}. */
  float[][] estimate(int stem) {
    return parts[stem];
  }

  /** Splits what has been put. */
  void split(int length) throws IOException {
    int residual = parts.length - 1;
    for (int c = 0; c < mixture.length; c++) {
      for (int stem = 0; stem < residual; stem++) {
        direct[stem] = parts[stem][c];
      }
      quantizer.split(mixture[c], direct, parts[residual][c], length, position);
      if (plan.hasOwnRest()) {
        quantizer.leave(mixture[c], parts[plan.lead()][c], rest[c], length, position);
      }
    }
    quality.add(parts, rest, length);
    long start = System.nanoTime();
    sink.write(written, position, length);
    writingNanos += System.nanoTime() - start;
    position += length;
  }

  /** Samples per channel that have been split. */
  long position() {
    return position;
  }

  /** Time that the sink took. */
  long writingNanos() {
    return writingNanos;
  }

  /** Ends the track. */
  StemQuality finish() {
    return quality.finish(quantizer);
  }
}
