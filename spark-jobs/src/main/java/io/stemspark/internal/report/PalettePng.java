package io.stemspark.internal.report;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;

/**
 * Writes pictures as PNG (ISO/IEC 15948) whose points are numbers of colours. Java's own writer
 * looks through every jar of the class path first, which takes longer than all pictures of a
 * report.
 */
final class PalettePng {
  private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};
  private static final int PALETTE_COLOURS = 3;

  private PalettePng() {}

  /**
   * Encodes a picture.
   *
   * @param points {@code [row][column]}, from the top left
   * @param palette {@code [colour][red, green, blue]}, at most 256 colours
   */
  static byte[] encode(byte[][] points, byte[][] palette) throws IOException {
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(png);
    out.write(SIGNATURE);
    ByteArrayOutputStream header = new ByteArrayOutputStream();
    DataOutputStream fields = new DataOutputStream(header);
    fields.writeInt(points[0].length);
    fields.writeInt(points.length);
    fields.write(new byte[] {Byte.SIZE, PALETTE_COLOURS, 0, 0, 0});
    chunk(out, "IHDR", header.toByteArray());
    ByteArrayOutputStream colours = new ByteArrayOutputStream();
    for (byte[] colour : palette) {
      colours.write(colour);
    }
    chunk(out, "PLTE", colours.toByteArray());
    chunk(out, "IDAT", compressed(points));
    chunk(out, "IEND", new byte[0]);
    return png.toByteArray();
  }

  private static byte[] compressed(byte[][] points) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    Deflater deflater = new Deflater();
    try (DeflaterOutputStream rows = new DeflaterOutputStream(packed, deflater)) {
      for (byte[] row : points) {
        rows.write(0); // The row is not filtered.
        rows.write(row);
      }
    } finally {
      deflater.end();
    }
    return packed.toByteArray();
  }

  private static void chunk(DataOutputStream out, String type, byte[] content) throws IOException {
    byte[] name = type.getBytes(StandardCharsets.US_ASCII);
    CRC32 sum = new CRC32();
    sum.update(name);
    sum.update(content);
    out.writeInt(content.length);
    out.write(name);
    out.write(content);
    out.writeInt((int) sum.getValue());
  }
}
