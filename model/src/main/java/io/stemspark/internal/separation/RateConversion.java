package io.stemspark.internal.separation;

import io.stemspark.internal.audio.SampleQueue;
import io.stemspark.internal.ffmpeg.Resampler;
import io.stemspark.spectrogram.StftConfig;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The way of a track to the network's sample rate, and of its stems back, each with its part of the
 * band above half that rate. Not thread-safe.
 */
final class RateConversion implements AutoCloseable {
  private final int channels;
  private final boolean extended;
  private final Resampler forNetwork;
  private final List<Resampler> forTrack = new ArrayList<>();
  private final List<HighBandExtension> upperBands = new ArrayList<>();

  /** What the network has seen, until its stems come. */
  private final SampleQueue seen;

  private long seenSamples;
  private long stemSamples;

  /**
   * @param stems that come back
   * @param rate of the track, in Hz
   * @param extended whether stems have shares of the band that the network does not see; else that
   *     band is the residual's
   */
  RateConversion(int stems, int channels, int rate, StftConfig stft, boolean extended)
      throws IOException {
    this.channels = channels;
    this.extended = extended;
    forNetwork = new Resampler(channels, rate, stft.sampleRate());
    try {
      for (int stem = 0; stem < stems; stem++) {
        forTrack.add(new Resampler(channels, stft.sampleRate(), rate));
        upperBands.add(new HighBandExtension(channels, stft.sampleRate(), rate, stft.hopLength()));
      }
    } catch (IOException | RuntimeException e) {
      close();
      throw e;
    }
    seen = new SampleQueue(channels);
  }

  /** Converts the next samples of the mixture. */
  float[][] toModel(float[][] samples, int length) throws IOException {
    return see(forNetwork.resample(samples, length));
  }

  /** The last samples of a mixture that is not empty. */
  float[][] finishMixture() throws IOException {
    float[][] last = forNetwork.finish();
    // A track may be shorter than the resampler's filter: a frame of silence gives it a share.
    return see(seenSamples + last[0].length == 0 ? new float[channels][1] : last);
  }

  private float[][] see(float[][] samples) {
    seen.add(samples, 0, samples[0].length);
    seenSamples += samples[0].length;
    return samples;
  }

  /**
   * Takes the stems' shares of the network's highest band in the next frame.
   *
   * @param shares {@code [stem][channel]}
   */
  void frame(float[][] shares) {
    for (int stem = 0; stem < shares.length; stem++) {
      upperBands.get(stem).frame(shares[stem]);
    }
  }

  /**
   * Takes all samples of the stems that are there, and converts them.
   *
   * @param stems equally long
   * @return {@code [stem][channel][time]}
   */
  float[][][] fromModel(List<SampleQueue> stems) throws IOException {
    int length = stems.get(0).size();
    float[][] mixture = new float[channels][length];
    seen.take(mixture, length);
    float[][][] converted = new float[stems.size()][][];
    for (int stem = 0; stem < converted.length; stem++) {
      float[][] block = new float[channels][length];
      stems.get(stem).take(block, length);
      if (extended) {
        upperBands.get(stem).takeFrom(block, mixture, stemSamples, length);
      }
      converted[stem] = forTrack.get(stem).resample(block, length);
    }
    stemSamples += length;
    return converted;
  }

  /** The last samples of a stem. */
  float[][] finish(int stem) throws IOException {
    return forTrack.get(stem).finish();
  }

  /**
   * Adds to a converted stem its part of the band that the network does not see.
   *
   * @param position of the first sample, at the track's rate
   */
  void addUpperBand(int stem, float[][] samples, float[][] mixture, long position, int length) {
    if (extended) {
      upperBands.get(stem).addTo(samples, mixture, position, length);
    }
  }

  @Override
  public void close() {
    forNetwork.close();
    forTrack.forEach(Resampler::close);
  }
}
