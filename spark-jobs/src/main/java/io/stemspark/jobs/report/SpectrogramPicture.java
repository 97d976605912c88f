package io.stemspark.jobs.report;

import io.stemspark.audio.AudioReader;
import io.stemspark.audio.FullReader;
import io.stemspark.spectrogram.Spectrogram;
import io.stemspark.spectrogram.Stft;
import io.stemspark.spectrogram.StftConfig;
import io.stemspark.spectrogram.Window;
import java.awt.image.BufferedImage;
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
  private static final double DARKEST_DECIBELS = -80;
  private static final int BLOCK = 1 << 14;

  private SpectrogramPicture() {}

  /**
   * Draws the first minute, all channels together.
   *
   * @return a PNG
   */
  static byte[] draw(AudioReader audio) throws IOException {
    float[] samples = mono(audio);
    StftConfig config =
        new StftConfig(audio.format().sampleRate(), FFT_SIZE, FFT_SIZE / 4, Window.HANN);
    Spectrogram spectrogram = new Stft(config).forward(samples);
    BufferedImage picture = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
    double loudest = FFT_SIZE / 4.0;
    for (int x = 0; x < WIDTH; x++) {
      for (int y = 0; y < HEIGHT; y++) {
        double level = peak(spectrogram, x, y) / loudest;
        double decibels = 20 * Math.log10(Math.max(level, 1e-9));
        picture.setRGB(x, HEIGHT - 1 - y, color(1 - decibels / DARKEST_DECIBELS));
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
    float[] samples = new float[SECONDS * audio.format().sampleRate()];
    float[][] block = new float[channels][BLOCK];
    FullReader reader = new FullReader(audio);
    int length = 0;
    for (int n = reader.read(block); n > 0 && length < samples.length; n = reader.read(block)) {
      int used = Math.min(n, samples.length - length);
      for (float[] channel : block) {
        for (int i = 0; i < used; i++) {
          samples[length + i] += channel[i] / channels;
        }
      }
      length += used;
    }
    return Arrays.copyOf(samples, Math.max(1, length));
  }

  /** The largest magnitude that falls on a point, so that short sounds are seen. */
  private static double peak(Spectrogram spectrogram, int x, int y) {
    int frames = spectrogram.frames();
    int bins = spectrogram.bins();
    int firstFrame = (int) ((long) x * frames / WIDTH);
    int lastFrame = Math.max(firstFrame + 1, (int) ((long) (x + 1) * frames / WIDTH));
    int firstBin = y * bins / HEIGHT;
    int lastBin = Math.max(firstBin + 1, (y + 1) * bins / HEIGHT);
    float power = 0;
    for (int f = firstFrame; f < Math.min(frames, lastFrame); f++) {
      for (int b = firstBin; b < lastBin; b++) {
        int i = f * bins + b;
        float re = spectrogram.real()[i];
        float im = spectrogram.imag()[i];
        power = Math.max(power, re * re + im * im);
      }
    }
    return Math.sqrt(power);
  }

  /** Black over purple and orange to white, for brightness from 0 to 1. */
  private static int color(double brightness) {
    double b = Math.max(0, Math.min(1, brightness));
    int red = (int) (255 * Math.min(1, 1.9 * b));
    int green = (int) (255 * Math.max(0, Math.min(1, 2.2 * b - 1)));
    int blue = (int) (255 * (b < 0.45 ? 1.1 * b : b < 0.75 ? 0.9 - 0.9 * b : 4 * b - 2.9));
    return red << 16 | green << 8 | Math.max(0, Math.min(255, blue));
  }
}
