package io.stemspark.internal.features;

import io.stemspark.patch.Patch;
import io.stemspark.patch.PatchConfig;
import io.stemspark.spectrogram.Spectrogram;
import io.stemspark.spectrogram.StftConfig;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HexFormat;
import java.util.List;

/**
 * A short description of how a track sounds, which another coding, rate or level of it shares.
 *
 * <p>The track is cut into 33 equal parts and 17 bands. A bit says whether the difference of two
 * neighbouring bands rises from a part to the next: Haitsma and Kalker, "A Highly Robust Audio
 * Fingerprinting System" (ISMIR 2002), with parts of a track in place of frames.
 */
public final class SoundPrint {
  /** Bits that two parts of a track give, one for each pair of bands. */
  private static final int WORD = 16;

  private static final int WORDS = 32;

  /** Share of bits that differ between doubles at most; between other tracks it is about a half. */
  private static final double MOST_DIFFERENT = 0.2;

  private static final int BANDS = WORD + 1;
  private static final double LOWEST = 150; // Hz
  private static final double HIGHEST = 4000; // Hz
  private static final int FRAMES_PER_STEP = 8;

  /** So many steps become half as many, so that memory does not grow with the track. */
  private static final int MOST_STEPS = 8192;

  /** Energy of a frame below which it is silent: some -90 dB of full scale. */
  private static final float SILENCE = 1e-3f;

  private final int[] edges = new int[BANDS + 1];
  private List<float[]> steps = new ArrayList<>();
  private int framesPerStep = FRAMES_PER_STEP;
  private float[] step = new float[BANDS];
  private int frames;
  private int soundingSteps;

  /**
   * @param patch what is read of the transform
   */
  SoundPrint(StftConfig stft, PatchConfig patch) {
    double hertzPerBin = (double) stft.sampleRate() / stft.fftSize();
    for (int band = 0; band <= BANDS; band++) {
      double frequency = LOWEST * Math.pow(HIGHEST / LOWEST, (double) band / BANDS);
      edges[band] = (int) Math.min(patch.bins(), Math.round(frequency / hertzPerBin));
    }
  }

  /** The bits that two neighbouring parts give, for all of them in order. */
  public static List<String> words(String sound) {
    List<String> words = new ArrayList<>();
    int digits = WORD / 4;
    for (int at = 0; at + digits <= sound.length(); at += digits) {
      words.add(sound.substring(at, at + digits));
    }
    return words;
  }

  /** Whether two tracks sound alike. */
  public static boolean areAlike(String one, String other) {
    return one.length() == other.length() && difference(one, other) <= MOST_DIFFERENT;
  }

  /** Share of bits that differ. */
  static double difference(String one, String other) {
    BitSet bits = BitSet.valueOf(HexFormat.of().parseHex(one));
    bits.xor(BitSet.valueOf(HexFormat.of().parseHex(other)));
    return bits.cardinality() / (double) (WORDS * WORD);
  }

  /** Takes the next patch of every channel. Silence before the first sound does not count. */
  void add(List<Patch> channels) {
    int count = channels.get(0).content().frames();
    for (int frame = 0; frame < count; frame++) {
      float energy = 0;
      for (Patch channel : channels) {
        energy += add(channel.content(), frame);
      }
      boolean sounds = energy > SILENCE;
      if (sounds || frames > 0 || !steps.isEmpty()) {
        frames++;
      } else {
        step = new float[BANDS];
      }
      if (sounds) {
        soundingSteps = steps.size() + 1;
      }
      if (frames == framesPerStep) {
        endStep();
      }
    }
  }

  private float add(Spectrogram content, int frame) {
    float sum = 0;
    int row = frame * content.bins();
    for (int band = 0; band < BANDS; band++) {
      float energy = 0;
      for (int bin = row + edges[band]; bin < row + edges[band + 1]; bin++) {
        energy += content.real()[bin] * content.real()[bin];
        energy += content.imag()[bin] * content.imag()[bin];
      }
      step[band] += energy;
      sum += energy;
    }
    return sum;
  }

  private void endStep() {
    steps.add(step);
    step = new float[BANDS];
    frames = 0;
    if (steps.size() == MOST_STEPS) {
      halve();
    }
  }

  private void halve() {
    List<float[]> halved = new ArrayList<>();
    for (int i = 0; i < MOST_STEPS; i += 2) {
      float[] sum = steps.get(i);
      for (int band = 0; band < BANDS; band++) {
        sum[band] += steps.get(i + 1)[band];
      }
      halved.add(sum);
    }
    steps = halved;
    framesPerStep *= 2;
    soundingSteps = (soundingSteps + 1) / 2;
  }

  /** The bits in hexadecimal; empty for what is too short or silent. */
  String finish() {
    if (frames > 0) {
      endStep();
    }
    if (soundingSteps <= WORDS) {
      return "";
    }
    double[] before = part(0);
    BitSet bits = new BitSet(WORDS * WORD);
    for (int word = 0; word < WORDS; word++) {
      double[] part = part(word + 1);
      for (int band = 0; band < WORD; band++) {
        double rise = part[band] - part[band + 1] - (before[band] - before[band + 1]);
        bits.set(word * WORD + band, rise > 0);
      }
      before = part;
    }
    byte[] bytes = new byte[WORDS * WORD / Byte.SIZE];
    byte[] set = bits.toByteArray();
    System.arraycopy(set, 0, bytes, 0, set.length);
    return HexFormat.of().formatHex(bytes);
  }

  /** Levels of the bands in a part of the track. */
  private double[] part(int index) {
    int parts = WORDS + 1;
    int from = (int) ((long) soundingSteps * index / parts);
    int to = (int) ((long) soundingSteps * (index + 1) / parts);
    double[] levels = new double[BANDS];
    for (int band = 0; band < BANDS; band++) {
      double energy = 1e-9;
      for (float[] some : steps.subList(from, to)) {
        energy += some[band];
      }
      levels[band] = Math.log(energy);
    }
    return levels;
  }
}
