package io.stemspark.internal.ffmpeg;

import io.stemspark.audio.Tags;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** A cover as Vorbis comments hold it: FLAC's picture block (RFC 9639, 8.8) in Base64. */
final class FlacPicture {
  private static final int FRONT_COVER = 3;
  private static final int NUMBERS = 8;

  private FlacPicture() {}

  static String encode(Tags.Cover cover) {
    byte[] type = mimeType(cover.codec()).getBytes(StandardCharsets.US_ASCII);
    ByteBuffer block =
        ByteBuffer.allocate(NUMBERS * Integer.BYTES + type.length + cover.bytes().length)
            .putInt(FRONT_COVER)
            .putInt(type.length)
            .put(type)
            // No description; the color depth and the number of colors are left open.
            .putInt(0)
            .putInt(cover.width())
            .putInt(cover.height())
            .putInt(0)
            .putInt(0)
            .putInt(cover.bytes().length)
            .put(cover.bytes());
    return Base64.getEncoder().encodeToString(block.array());
  }

  private static String mimeType(String codec) {
    return codec.equals("mjpeg") ? "image/jpeg" : "image/" + codec;
  }
}
