package io.stemspark.internal.report;

import io.stemspark.audio.AudioReader;
import io.stemspark.internal.audio.FullReader;
import io.stemspark.spectrogram.Spectrogram;
import io.stemspark.spectrogram.StftAnalyzer;
import io.stemspark.spectrogram.StftAnalyzer.FrameSink;
import io.stemspark.spectrogram.StftConfig;
import io.stemspark.spectrogram.StftConfig.Window;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.awt.image.WritableRaster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import javax.imageio.ImageIO;

/** Draws audio: time to the right, frequency up, level as brightness. */
final class SpectrogramPicture {
  private static final int SECONDS = 60;
  private static final int FFT_SIZE = 1024;
  private static final int WIDTH = 860;
  private static final int HEIGHT = 128;
  private static final int BINS_PER_ROW = FFT_SIZE / 2 / HEIGHT;
  private static final double DARKEST_DECIBELS = -80;
  private static final int BLOCK = 1 << 14;
  private static final int SHADES = 256;
  private static final IndexColorModel PALETTE = palette();

  private SpectrogramPicture() {}

  /**
   * Draws the first minute, all channels together.
   *
   * @return a PNG
   */
  static byte[] draw(AudioReader audio) throws IOException {
    float[] samples = mono(audio);
    return draw(powers(samples, audio.format().sampleRate()), Math.pow(FFT_SIZE / 4.0, 2));
  }

  /**
   * Draws a patch of a spectrogram, scaled to the size of the others.
   *
   * @return a PNG
   */
  static byte[] draw(Spectrogram spectrogram) throws IOException {
    float[][] powers = new float[WIDTH][HEIGHT];
    int bins = spectrogram.bins();
    for (int x = 0; x < WIDTH; x++) {
      int frame = x * spectrogram.frames() / WIDTH;
      for (int bin = 0; bin < bins; bin++) {
        int at = frame * bins + bin;
        float re = spectrogram.real()[at];
        float im = spectrogram.imag()[at];
        int y = bin * HEIGHT / bins;
        powers[x][y] = Math.max(powers[x][y], re * re + im * im);
      }
    }
    // A sine of full scale in a Hann window of four times as many samples as there are bins.
    return draw(powers, Math.pow(bins, 2));
  }

  private static byte[] draw(float[][] powers, double loudest) throws IOException {
    BufferedImage picture =
        new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_BYTE_INDEXED, PALETTE);
    WritableRaster points = picture.getRaster();
    for (int x = 0; x < WIDTH; x++) {
      for (int y = 0; y < HEIGHT; y++) {
        double decibels = 10 * Math.log10(Math.max(powers[x][y] / loudest, 1e-18));
        double brightness = Math.max(0, Math.min(1, 1 - decibels / DARKEST_DECIBELS));
        points.setSample(x, HEIGHT - 1 - y, 0, (int) Math.round(brightness * (SHADES - 1)));
      }
    }
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    if (!ImageIO.write(picture, "png", png)) {
      throw new IOException("This Java cannot write PNG pictures");
    }
    return png.toByteArray();
  }

  private static float[] mono(AudioReader audio) throws IOException {
    int channels = audio.format().channels();
    int most = SECONDS * audio.format().sampleRate();
    // Short ones of a high rate would fill the heap of a small machine.
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

  /** The largest power that falls on each point, so that short sounds are seen. */
  private static float[][] powers(float[] samples, int sampleRate) {
    StftConfig config = new StftConfig(sampleRate, FFT_SIZE, FFT_SIZE / 2, Window.HANN);
    float[][] powers = new float[WIDTH][HEIGHT];
    long frames = config.frames(samples.length);
    FrameSink draw =
        new FrameSink() {
          private long frame;

          @Override
          public void frame(float[][] real, float[][] imag) {
            int first = (int) (frame * WIDTH / frames);
            int last = (int) Math.max(first + 1, (frame + 1) * WIDTH / frames);
            float[] column = powers[first];
            for (int y = 0; y < HEIGHT; y++) {
              column[y] = Math.max(column[y], power(real[0], imag[0], y));
            }
            Arrays.fill(powers, first + 1, last, column);
            frame++;
          }
        };
    try (StftAnalyzer analyzer = new StftAnalyzer(config, 1)) {
      analyzer.push(new float[][] {samples}, 0, samples.length, draw);
      analyzer.finish(draw);
    }
    return powers;
  }

  /** The largest power among the bins of a row. */
  private static float power(float[] real, float[] imag, int row) {
    float power = 0;
    for (int bin = row * BINS_PER_ROW; bin < (row + 1) * BINS_PER_ROW; bin++) {
      power = Math.max(power, real[bin] * real[bin] + imag[bin] * imag[bin]);
    }
    return power;
  }

  /** Black over purple and orange to white. */
  private static IndexColorModel palette() {
    byte[] red = new byte[SHADES];
    byte[] green = new byte[SHADES];
    byte[] blue = new byte[SHADES];
    for (int i = 0; i < SHADES; i++) {
      double b = (double) i / (SHADES - 1);
      red[i] = level(1.9 * b);
      green[i] = level(2.2 * b - 1);
      blue[i] = level(b < 0.45 ? 1.1 * b : b < 0.75 ? 0.9 - 0.9 * b : 4 * b - 2.9);
    }
    return new IndexColorModel(Byte.SIZE, SHADES, red, green, blue);
  }

  private static byte level(double share) {
    return (byte) (255 * Math.max(0, Math.min(1, share)));
  }
}
