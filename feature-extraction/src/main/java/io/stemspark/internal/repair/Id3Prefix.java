package io.stemspark.internal.repair;

import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Pattern;

/**
 * ID3 tags that some programs put before files of other kinds than MP3, such as WAV. FFmpeg looks
 * for them only before bare streams, where they belong.
 */
public final class Id3Prefix {
  private static final int HEADER = 10;
  private static final int HEAD = 12;
  private static final int FOOTER_FLAG = 0x10;
  private static final int MAX_TAGS = 16;

  private static final Pattern CONTAINER =
      Pattern.compile(
          "RIFF|RIFX|RF64|BW64|riff|FORM|OggS|caff|wvpk|MAC |DSD |#!AMR|NIST_1A|Creative Voi"
              + "|\\.snd|\\.ra\\xfd|\\x1aE\\xdf\\xa3|0&\\xb2u|.{4}ftyp",
          Pattern.DOTALL);

  private Id3Prefix() {}

  /**
   * The length of all tags before the file proper, if that begins like a container.
   *
   * @return 0 where there are none, or what follows is a bare stream
   */
  public static long length(SeekableByteChannel channel) throws IOException {
    long at = ofTags(channel);
    boolean container = at > 0 && isContainer(read(channel, at));
    channel.position(0);
    return container ? at : 0;
  }

  /** The length of all tags at the beginning; 0 where there are none, or too many. */
  public static long ofTags(SeekableByteChannel channel) throws IOException {
    long at = 0;
    for (int tag = 0; tag < MAX_TAGS; tag++) {
      long length = length(read(channel, at));
      if (length == 0) {
        return at;
      }
      at += length;
    }
    return 0;
  }

  /** Reads the head of a tag, with zeros beyond the end of the file. */
  private static byte[] read(SeekableByteChannel channel, long at) throws IOException {
    return Arrays.copyOf(FileBytes.read(channel, at, HEAD), HEAD);
  }

  /** Length of a tag with header and footer; 0 if there is none. ID3v2.4, section 3.1. */
  private static long length(byte[] head) {
    if (head[0] != 'I' || head[1] != 'D' || head[2] != '3' || head[3] == (byte) 0xFF) {
      return 0;
    }
    int size = 0;
    for (int i = 6; i < HEADER; i++) {
      if (head[i] < 0) {
        return 0;
      }
      size = size << 7 | head[i];
    }
    return HEADER + (long) size + ((head[5] & FOOTER_FLAG) == 0 ? 0 : HEADER);
  }

  private static boolean isContainer(byte[] head) {
    return CONTAINER.matcher(new String(head, StandardCharsets.ISO_8859_1)).lookingAt();
  }
}
