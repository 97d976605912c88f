package io.stemspark.internal.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

class PalettePngTest {
  private static final int COLOURS = 256;

  @Test
  void javasOwnReaderSeesEveryPoint() throws IOException {
    byte[][] palette = new byte[COLOURS][];
    for (int i = 0; i < COLOURS; i++) {
      palette[i] = new byte[] {(byte) i, (byte) (255 - i), (byte) (i / 2)};
    }
    byte[][] points = new byte[7][300];
    for (int y = 0; y < points.length; y++) {
      for (int x = 0; x < points[y].length; x++) {
        points[y][x] = (byte) (x + 31 * y);
      }
    }
    byte[] png = PalettePng.encode(points, palette);
    BufferedImage picture = ImageIO.read(new ByteArrayInputStream(png));
    assertThat(picture.getWidth()).isEqualTo(300);
    assertThat(picture.getHeight()).isEqualTo(7);
    for (int y = 0; y < points.length; y++) {
      for (int x = 0; x < points[y].length; x++) {
        int colour = points[y][x] & 0xFF;
        int expected = 0xFF000000 | colour << 16 | (255 - colour) << 8 | colour / 2;
        assertThat(picture.getRGB(x, y)).as("%d, %d", x, y).isEqualTo(expected);
      }
    }
  }
}
