package io.stemspark.internal.audio;

import io.stemspark.internal.repair.FreeFormatMp3;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * Recognises audio files by their first bytes, where their names say nothing. FFmpeg's own probing
 * is not used, because unknown files must only be probed in the process that decodes.
 */
public final class AudioSignature {
  private static final int MPEG_FRAMES = 2;

  /** How formats begin, as Latin-1; a dot is any byte. */
  private static final Pattern MARKS =
      Pattern.compile(
          // RIFF, IFF and their relatives.
          "RIFF.{4}(?:WAVE|AVI )|(?:RIFX|RF64|BW64).{4}WAVE|riff\\.\\x91\\xcf\\x11"
              + "|FORM.{4}(?:AIF|8SVX)|FRM8.{8}DSD "
              // Containers of many codecs. ISO's base media files may hold pictures alone.
              + "|OggS|ID3|caff|\\x1aE\\xdf\\xa3|0&\\xb2u\\x8ef\\xcf\\x11|FLV\\x01|\\.RMF"
              + "|.{4}(?:moov|mdat)|.{4}ftyp(?!heic|heix|mif1|avif|avis)"
              // MPEG's program and transport streams.
              + "|\\x00\\x00\\x01\\xba|G.{187}G.{187}G|.{4}G.{191}G.{191}G"
              // One codec each.
              + "|fLaC|wvpk|TTA1|tBaK|ajkg|MPCK|MP\\+|DSD |ADIF|APETAGEX|MAC .[\\x0e\\x0f]"
              + "|#!AMR|\\.ra\\xfd|\\x7f\\xfe\\x80\\x01"
              // PCM.
              + "|NIST_1A\\n|\\.snd|\\.SoX|XoS\\.|Creative Voice File",
          Pattern.DOTALL);

  private static final Pattern APPLE_DOUBLE = Pattern.compile("\\x00\\x05\\x16\\x07");

  private static final int[] MPEG1_LAYER3 = {
    0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320
  };
  private static final int[] MPEG1_LAYER2 = {
    0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384
  };
  private static final int[] MPEG2_LAYER23 = {
    0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160
  };
  private static final int[] MPEG1_RATES = {44_100, 48_000, 32_000};

  private AudioSignature() {}

  /**
   * Whether a file begins like one that may hold audio.
   *
   * @param head its first bytes, some thousands where it has as many
   */
  public static boolean matches(byte[] head) {
    return begins(head, MARKS)
        || isAdts(head)
        || isAc3(head)
        || isMpegAudio(head)
        || FreeFormatMp3.matches(head);
  }

  /** Whether it is the part of a macOS file that holds its icon and comments. */
  public static boolean isAppleDouble(byte[] head) {
    return begins(head, APPLE_DOUBLE);
  }

  private static boolean begins(byte[] head, Pattern mark) {
    return mark.matcher(new String(head, StandardCharsets.ISO_8859_1)).lookingAt();
  }

  /** Whether there are two AAC frames, the second where the first says. */
  private static boolean isAdts(byte[] head) {
    if (!isAdtsHeader(head, 0)) {
      return false;
    }
    int length = (byteAt(head, 3) & 3) << 11 | byteAt(head, 4) << 3 | byteAt(head, 5) >> 5;
    return length > 7 && isAdtsHeader(head, length);
  }

  private static boolean isAdtsHeader(byte[] head, int at) {
    return at + 7 <= head.length
        && byteAt(head, at) == 0xFF
        && (byteAt(head, at + 1) & 0xF6) == 0xF0;
  }

  private static boolean isAc3(byte[] head) {
    return head.length > 6
        && byteAt(head, 0) == 0x0B
        && byteAt(head, 1) == 0x77
        // A bit stream number that is in use, and up to 10 a sample rate of 44.1, 48 or 32 kHz.
        && byteAt(head, 5) >> 3 <= 16
        && (byteAt(head, 5) >> 3 > 10 || byteAt(head, 4) >> 6 != 3);
  }

  /** Whether there are frames of MPEG audio, each where the one before says. */
  private static boolean isMpegAudio(byte[] head) {
    int at = 0;
    for (int frame = 0; frame <= MPEG_FRAMES; frame++) {
      int length = mpegFrame(head, at);
      if (length <= 0) {
        return false;
      }
      at += length;
      if (at + 4 > head.length) {
        return frame > 0;
      }
    }
    return true;
  }

  /** Length of the frame at a position, or 0 where there is none. */
  private static int mpegFrame(byte[] head, int at) {
    if (at + 4 > head.length || byteAt(head, at) != 0xFF || (byteAt(head, at + 1) & 0xE0) != 0xE0) {
      return 0;
    }
    int version = byteAt(head, at + 1) >> 3 & 3;
    int layer = byteAt(head, at + 1) >> 1 & 3;
    int bitRate = byteAt(head, at + 2) >> 4;
    int rate = byteAt(head, at + 2) >> 2 & 3;
    if (version == 1 || layer == 0 || layer == 3 || bitRate == 15 || bitRate == 0 || rate == 3) {
      return 0;
    }
    boolean mpeg1 = version == 3;
    int[] rates = !mpeg1 ? MPEG2_LAYER23 : layer == 1 ? MPEG1_LAYER3 : MPEG1_LAYER2;
    int sampleRate = MPEG1_RATES[rate] >> (mpeg1 ? 0 : version == 2 ? 1 : 2);
    int samples = layer == 1 && !mpeg1 ? 576 : 1152;
    int padding = byteAt(head, at + 2) >> 1 & 1;
    return samples / 8 * rates[bitRate] * 1000 / sampleRate + padding;
  }

  private static int byteAt(byte[] head, int at) {
    return head[at] & 0xFF;
  }
}
