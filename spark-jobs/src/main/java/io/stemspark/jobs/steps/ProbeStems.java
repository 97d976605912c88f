package io.stemspark.jobs.steps;

import io.stemspark.audio.AudioException;
import io.stemspark.audio.AudioFormat;
import io.stemspark.audio.AudioReader;
import io.stemspark.audio.DecodingConfig;
import io.stemspark.jobs.corpus.Track;
import io.stemspark.jobs.ledger.Outcome;
import io.stemspark.patch.HalfFloats;
import io.stemspark.separation.StageTimes;
import io.stemspark.spectrogram.StftConfig;
import java.io.IOException;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Decodes a track's stems from end to end, so that a track is extracted whole or not at all.
 * Decoding takes little beside the transform; rows of half a track could not be taken back.
 */
public final class ProbeStems implements Function<Track, Outcome> {
  private static final long serialVersionUID = 1;
  private static final int BLOCK = 1 << 14;

  private final Broadcast<SerializableConfiguration> hadoop;
  private final DecodingConfig decoding;
  private final float mostPeak;

  public ProbeStems(
      Broadcast<SerializableConfiguration> hadoop, DecodingConfig decoding, StftConfig stft) {
    this.hadoop = hadoop;
    this.decoding = decoding;
    // No element of a spectrum exceeds the sum of the window times the peak.
    float sum = 0;
    for (float weight : stft.window().samples(stft.fftSize())) {
      sum += weight;
    }
    this.mostPeak = HalfFloats.MAX / sum;
  }

  @Override
  public Outcome call(Track track) {
    if (!track.hasStems()) {
      return Outcome.skipped(track.id(), "no stems, only a mixture");
    }
    long start = System.nanoTime();
    try (TrackAudio audio = new TrackAudio(hadoop.value().value(), decoding);
        AudioReader vocals = audio.vocals(track);
        AudioReader accompaniment = audio.accompaniment(track)) {
      double seconds = compare(track, vocals, accompaniment);
      return Outcome.done(
          track.id(), "", seconds, (System.nanoTime() - start) / 1e9, StageTimes.NONE);
    } catch (IOException | RuntimeException e) {
      return Outcome.failed(track.id(), e, (System.nanoTime() - start) / 1e9);
    }
  }

  private double compare(Track track, AudioReader vocals, AudioReader accompaniment)
      throws IOException {
    AudioFormat a = vocals.format();
    AudioFormat b = accompaniment.format();
    long length = length(track, vocals);
    long other = length(track, accompaniment);
    if (length != other || a.sampleRate() != b.sampleRate() || a.channels() != b.channels()) {
      throw new AudioException(
          track.id(),
          "vocals have %d samples at %d Hz in %d channels, accompaniment %d at %d Hz in %d"
              .formatted(
                  length, a.sampleRate(), a.channels(), other, b.sampleRate(), b.channels()));
    }
    return (double) length / a.sampleRate();
  }

  private long length(Track track, AudioReader reader) throws IOException {
    float[][] block = new float[reader.format().channels()][BLOCK];
    long length = 0;
    for (int n = reader.read(block); n >= 0; n = reader.read(block)) {
      length += n;
      requireLevel(track, block, n);
    }
    return length;
  }

  private void requireLevel(Track track, float[][] block, int length) throws AudioException {
    for (float[] channel : block) {
      for (int i = 0; i < length; i++) {
        if (Math.abs(channel[i]) > mostPeak) {
          throw new AudioException(
              track.id(),
              "a sample of %s; half-precision features hold up to %s, full scale is 1"
                  .formatted(channel[i], mostPeak));
        }
      }
    }
  }
}
