package io.stemspark.internal.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.stemspark.internal.report.Axis.Tick;
import io.stemspark.spectrogram.Spectrogram;
import io.stemspark.spectrogram.StftConfig;
import io.stemspark.spectrogram.StftConfig.Window;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Base64;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

class SpectrogramPictureTest {
  private static final StftConfig STFT = new StftConfig(48_000, 4096, 1024, Window.HANN);

  /** A line at 2 kHz for the first half of the time. */
  private static SpectrogramPicture line() throws IOException {
    Spectrogram patch = new Spectrogram(100, STFT.bins());
    int bin = Math.round(2000f * STFT.fftSize() / STFT.sampleRate());
    for (int frame = 0; frame < 50; frame++) {
      patch.real()[frame * patch.bins() + bin] = STFT.fftSize() / 4f;
    }
    return SpectrogramPicture.of(patch, STFT);
  }

  @Test
  void aSineIsBrightAtItsMarkForAsLongAsItLasts() throws IOException {
    SpectrogramPicture picture = line();
    BufferedImage image =
        ImageIO.read(new ByteArrayInputStream(Base64.getDecoder().decode(picture.png())));
    double at = mark(picture, "2 kHz");
    int row = (int) Math.round((1 - at / 100) * image.getHeight());
    int white = 0;
    for (int y = 0; y < image.getHeight(); y++) {
      if (image.getRGB(10, y) == 0xffffffff) {
        white++;
        assertThat(y).isCloseTo(row, within(3));
      }
    }
    assertThat(white).isBetween(1, 4);
    assertThat(image.getRGB(image.getWidth() - 10, row)).isEqualTo(0xff000000);
  }

  @Test
  void frequenciesAreOnALogarithmicAxis() throws IOException {
    SpectrogramPicture picture = line();
    double octave = mark(picture, "200 Hz") - mark(picture, "100 Hz");
    assertThat(mark(picture, "10 kHz") - mark(picture, "5 kHz")).isCloseTo(octave, within(1e-9));
    assertThat(picture.x()).extracting(Tick::label).contains("0", "1", "2");
  }

  private static double mark(SpectrogramPicture picture, String label) {
    return picture.y().stream()
        .filter(tick -> tick.label().equals(label))
        .findFirst()
        .orElseThrow()
        .at();
  }
}
