package io.stemspark.internal.report;

import io.stemspark.audio.AudioReader;
import io.stemspark.internal.audio.FullReader;
import io.stemspark.internal.audio.Waveform;
import io.stemspark.internal.report.Axis.Tick;
import io.stemspark.spectrogram.Spectrogram;
import io.stemspark.spectrogram.StftAnalyzer;
import io.stemspark.spectrogram.StftAnalyzer.FrameSink;
import io.stemspark.spectrogram.StftConfig;
import io.stemspark.spectrogram.StftConfig.Window;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/**
 * A picture of audio: time to the right, frequency up on a logarithmic axis, level as brightness.
 *
 * @param png the picture, in Base64
 * @param x marks of the time axis, in seconds
 * @param y marks of the frequency axis, in Hz
 */
public record SpectrogramPicture(String png, List<Tick> x, List<Tick> y) implements Serializable {
  private static final int SECONDS = 30;
  private static final int WIDTH = 860;
  private static final int HEIGHT = 160;
  private static final double LOWEST_HERTZ = 40;
  private static final double HIGHEST_HERTZ = 20_000;
  private static final double DARKEST_DECIBELS = -80;
  private static final int BLOCK = 1 << 14;
  private static final int SHADES = 256;
  private static final byte[][] PALETTE = palette();

  /** Power by bin of a frame. */
  private interface Frame {
    double power(int bin);
  }

  /** Draws the first half minute, all channels together. */
  static SpectrogramPicture of(AudioReader audio) throws IOException {
    return of(mono(audio), audio.format().sampleRate());
  }

  /** Draws a clip, all channels together. */
  static SpectrogramPicture of(Waveform clip) throws IOException {
    float[] samples = new float[Math.max(1, clip.length())];
    for (float[] channel : clip.samples()) {
      for (int i = 0; i < channel.length; i++) {
        samples[i] += channel[i] / clip.samples().length;
      }
    }
    return of(samples, clip.format().sampleRate());
  }

  private static SpectrogramPicture of(float[] samples, int sampleRate) throws IOException {
    // About ten frames per second, so that even the lowest frequencies of voices are told apart.
    int fftSize = Math.min(1 << 14, Math.max(128, Integer.highestOneBit(sampleRate / 10)));
    StftConfig stft =
        new StftConfig(sampleRate, fftSize, hop(samples.length, fftSize), Window.HANN);
    Drawing drawing = new Drawing(stft, stft.bins(), (int) stft.frames(samples.length));
    FrameSink sink = (real, imag) -> drawing.add(bin -> power(real[0][bin], imag[0][bin]));
    try (StftAnalyzer analyzer = new StftAnalyzer(stft, 1)) {
      analyzer.push(new float[][] {samples}, 0, samples.length, sink);
      analyzer.finish(sink);
    }
    return drawing.finish((double) samples.length / sampleRate);
  }

  /**
   * Draws a patch.
   *
   * @param stft the transform that the patch is of
   */
  static SpectrogramPicture of(Spectrogram patch, StftConfig stft) throws IOException {
    Drawing drawing = new Drawing(stft, patch.bins(), patch.frames());
    for (int frame = 0; frame < patch.frames(); frame++) {
      int start = frame * patch.bins();
      drawing.add(bin -> power(patch.real()[start + bin], patch.imag()[start + bin]));
    }
    return drawing.finish((double) patch.frames() * stft.hopLength() / stft.sampleRate());
  }

  /** The longest hop that gives each column a frame and leaves out no sample. */
  private static int hop(int samples, int fftSize) {
    int hop = fftSize / 2;
    while (hop > fftSize / 8 && samples / hop < WIDTH) {
      hop /= 2;
    }
    return hop;
  }

  private static double power(float real, float imag) {
    return real * real + imag * imag;
  }

  private static float[] mono(AudioReader audio) throws IOException {
    int channels = audio.format().channels();
    int most = SECONDS * audio.format().sampleRate();
    // Room for all of it at a high rate would fill the heap of a small machine, even for less.
    float[] samples = new float[Math.min(most, 1 << 20)];
    float[][] block = new float[channels][BLOCK];
    FullReader reader = new FullReader(audio);
    int length = 0;
    for (int n = reader.read(block); n > 0 && length < most; n = reader.read(block)) {
      int used = Math.min(n, most - length);
      if (length + used > samples.length) {
        samples = Arrays.copyOf(samples, Math.min(most, 2 * samples.length));
      }
      for (float[] channel : block) {
        for (int i = 0; i < used; i++) {
          samples[length + i] += channel[i] / channels;
        }
      }
      length += used;
    }
    return Arrays.copyOf(samples, Math.max(1, length));
  }

  /** A picture that frames are added to, from left to right. */
  private static final class Drawing {
    private final int bins;
    private final double lowest;
    private final double highest;

    /** Where each row begins, in bins, and where the last one ends. */
    private final double[] edges = new double[HEIGHT + 1];

    private final double hertzPerBin;
    private final double loudest;
    private final int frames;
    private final float[][] powers = new float[WIDTH][HEIGHT];
    private int frame;

    Drawing(StftConfig stft, int bins, int frames) {
      this.bins = bins;
      this.hertzPerBin = (double) stft.sampleRate() / stft.fftSize();
      this.lowest = LOWEST_HERTZ / hertzPerBin;
      this.highest = Math.min(HIGHEST_HERTZ / hertzPerBin, bins - 1);
      for (int row = 0; row <= HEIGHT; row++) {
        edges[row] = lowest * Math.pow(highest / lowest, (double) row / HEIGHT);
      }
      // A sine of full scale in a Hann window.
      this.loudest = Math.pow(stft.fftSize() / 4.0, 2);
      this.frames = frames;
    }

    /** The largest power that falls on a point stays, so that short sounds are seen. */
    void add(Frame content) {
      int first = (int) ((long) frame * WIDTH / frames);
      int last = (int) Math.max(first + 1, (frame + 1L) * WIDTH / frames);
      float[] column = powers[first];
      for (int row = 0; row < HEIGHT; row++) {
        float power = (float) power(content, edges[row], edges[row + 1]);
        column[row] = Math.max(column[row], power);
      }
      Arrays.fill(powers, first + 1, last, column);
      frame++;
    }

    /** The largest of the bins in a row; between two bins where the row has none. */
    private double power(Frame content, double from, double to) {
      int first = (int) Math.ceil(from);
      int last = Math.min(bins - 1, (int) Math.floor(to));
      double most = 0;
      for (int bin = first; bin <= last; bin++) {
        most = Math.max(most, content.power(bin));
      }
      if (first <= last) {
        return most;
      }
      double middle = (from + to) / 2;
      int below = (int) middle;
      double share = middle - below;
      return (1 - share) * content.power(below)
          + share * content.power(Math.min(bins - 1, below + 1));
    }

    SpectrogramPicture finish(double seconds) throws IOException {
      Axis time = new Axis(0, Math.max(1e-3, seconds));
      List<Tick> frequencies = new ArrayList<>();
      for (int hertz : List.of(100, 200, 500, 1000, 2000, 5000, 10_000)) {
        double at = 100 * Math.log(hertz / hertzPerBin / lowest) / Math.log(highest / lowest);
        if (at < 100) {
          frequencies.add(new Tick(at, hertz < 1000 ? hertz + " Hz" : hertz / 1000 + " kHz"));
        }
      }
      return new SpectrogramPicture(png(), time.ticks(), frequencies);
    }

    private String png() throws IOException {
      byte[][] points = new byte[HEIGHT][WIDTH];
      for (int x = 0; x < WIDTH; x++) {
        for (int y = 0; y < HEIGHT; y++) {
          double decibels = 10 * Math.log10(Math.max(powers[x][y] / loudest, 1e-18));
          double brightness = Math.max(0, Math.min(1, 1 - decibels / DARKEST_DECIBELS));
          points[HEIGHT - 1 - y][x] = (byte) Math.round(brightness * (SHADES - 1));
        }
      }
      return Base64.getEncoder().encodeToString(PalettePng.encode(points, PALETTE));
    }
  }

  /** Black over purple and orange to white. */
  private static byte[][] palette() {
    byte[][] palette = new byte[SHADES][];
    for (int i = 0; i < SHADES; i++) {
      double b = (double) i / (SHADES - 1);
      double blue = b < 0.45 ? 1.1 * b : b < 0.75 ? 0.9 - 0.9 * b : 4 * b - 2.9;
      palette[i] = new byte[] {level(1.9 * b), level(2.2 * b - 1), level(blue)};
    }
    return palette;
  }

  private static byte level(double share) {
    return (byte) (255 * Math.max(0, Math.min(1, share)));
  }
}
