package io.stemspark.internal.audio;

import io.stemspark.internal.repair.FreeFormatMp3;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Recognises audio files by their first bytes, for those whose names say nothing. Written out here,
 * for FFmpeg's own probing of unknown files belongs into the process that decodes.
 */
public final class AudioSignature {
  private static final int TRANSPORT_PACKET = 188;
  private static final int MPEG_FRAMES = 2;

  /**
   * Bytes at an offset.
   *
   * @param text as Latin-1
   */
  private record Mark(int offset, String text) {
    boolean isIn(byte[] head) {
      byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
      if (head.length < offset + bytes.length) {
        return false;
      }
      for (int i = 0; i < bytes.length; i++) {
        if (head[offset + i] != bytes[i]) {
          return false;
        }
      }
      return true;
    }
  }

  /** Each line is one format: all its marks have to be there. */
  private static final List<List<Mark>> FORMATS =
      List.of(
          List.of(new Mark(0, "RIFF"), new Mark(8, "WAVE")),
          List.of(new Mark(0, "RIFF"), new Mark(8, "AVI ")),
          List.of(new Mark(0, "RIFX"), new Mark(8, "WAVE")),
          List.of(new Mark(0, "NIST_1A\n")),
          List.of(new Mark(0, "APETAGEX")),
          List.of(new Mark(0, "RF64"), new Mark(8, "WAVE")),
          List.of(new Mark(0, "BW64"), new Mark(8, "WAVE")),
          List.of(new Mark(0, "riff.\u0091\u00cf\u0011")),
          List.of(new Mark(0, "FORM"), new Mark(8, "AIF")),
          List.of(new Mark(0, "FORM"), new Mark(8, "8SVX")),
          List.of(new Mark(0, "fLaC")),
          List.of(new Mark(0, "OggS")),
          List.of(new Mark(0, "ID3")),
          List.of(new Mark(0, "caff")),
          List.of(new Mark(0, ".snd")),
          List.of(new Mark(0, "MAC "), new Mark(5, "\u000e")),
          List.of(new Mark(0, "MAC "), new Mark(5, "\u000f")),
          List.of(new Mark(0, "wvpk")),
          List.of(new Mark(0, "TTA1")),
          List.of(new Mark(0, "tBaK")),
          List.of(new Mark(0, "ajkg")),
          List.of(new Mark(0, "MPCK")),
          List.of(new Mark(0, "MP+")),
          List.of(new Mark(0, "DSD ")),
          List.of(new Mark(0, "FRM8"), new Mark(12, "DSD ")),
          List.of(new Mark(0, "Creative Voice File")),
          List.of(new Mark(0, ".ra\u00fd")),
          List.of(new Mark(0, ".RMF")),
          List.of(new Mark(0, "#!AMR")),
          List.of(new Mark(0, "0&\u00b2u\u008ef\u00cf\u0011")),
          List.of(new Mark(0, "\u001aE\u00df\u00a3")),
          List.of(new Mark(0, "FLV\u0001")),
          List.of(new Mark(0, "\u007f\u00fe\u0080\u0001")),
          List.of(new Mark(0, "\u0000\u0000\u0001\u00ba")),
          List.of(new Mark(0, ".SoX")),
          List.of(new Mark(0, "XoS.")),
          List.of(new Mark(0, "ADIF")),
          List.of(new Mark(0, "G"), new Mark(TRANSPORT_PACKET, "G"), new Mark(376, "G")),
          List.of(new Mark(4, "G"), new Mark(196, "G"), new Mark(388, "G")));

  /** ISO base media files that hold pictures. */
  private static final List<String> PICTURES = List.of("heic", "heix", "mif1", "avif", "avis");

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
    return FORMATS.stream().anyMatch(format -> format.stream().allMatch(mark -> mark.isIn(head)))
        || isMovie(head)
        || isAdts(head)
        || isAc3(head)
        || isMpegAudio(head)
        || FreeFormatMp3.matches(head);
  }

  /** Whether it is the second half of a file of macOS, with icon and comments. */
  public static boolean isAppleDouble(byte[] head) {
    return new Mark(0, "\u0000\u0005\u0016\u0007").isIn(head);
  }

  private static boolean isMovie(byte[] head) {
    if (new Mark(4, "moov").isIn(head) || new Mark(4, "mdat").isIn(head)) {
      return true;
    }
    return new Mark(4, "ftyp").isIn(head)
        && PICTURES.stream().noneMatch(brand -> new Mark(8, brand).isIn(head));
  }

  /** Two frames of AAC, the second where the first says. */
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

  /** Frames of MPEG audio, each where the one before says. */
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

  /** Length of the frame there, or 0. */
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
