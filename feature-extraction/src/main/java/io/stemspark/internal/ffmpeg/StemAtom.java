package io.stemspark.internal.ffmpeg;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The atom {@code moov.udta.stem} of Native Instruments' Stems: JSON that names the four stems and
 * gives them colours. Compressor and limiter, which players may apply to the sum, are off, so that
 * the stems sum to the mixture.
 */
final class StemAtom {
  private static final int HEADER = 8;
  private static final int LARGEST_MOOV = 1 << 28;
  private static final List<String> COLOURS = List.of("#009E73", "#D55E00", "#CC79A7", "#56B4E9");

  private StemAtom() {}

  /**
   * Adds the atom to an MP4 file whose {@code moov} is the last of its boxes, as FFmpeg writes it.
   */
  static void append(Path file, List<String> stems) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      long start = moov(channel);
      ByteBuffer moov = ByteBuffer.allocate((int) (channel.size() - start));
      channel.read(moov, start);
      byte[] json = json(stems).getBytes(UTF_8);
      ByteBuffer whole = withAtom(moov.flip(), json);
      for (long at = start; whole.hasRemaining(); ) {
        at += channel.write(whole, at);
      }
    }
  }

  /** Where the last box begins, which has to be {@code moov}. */
  private static long moov(FileChannel channel) throws IOException {
    long at = 0;
    ByteBuffer header = ByteBuffer.allocate(2 * HEADER);
    while (at < channel.size()) {
      header.clear();
      channel.read(header, at);
      long size = Integer.toUnsignedLong(header.getInt(0));
      long length = size == 1 ? header.getLong(HEADER) : size;
      String type = new String(header.array(), 4, 4, ISO_8859_1);
      if (type.equals("moov") && at + length == channel.size() && length < LARGEST_MOOV) {
        return at;
      }
      at += Math.max(HEADER, length);
    }
    throw new IOException("The MP4 file does not end with its moov box.");
  }

  /** The box with {@code stem} in its {@code udta}, which is made if there is none. */
  private static ByteBuffer withAtom(ByteBuffer moov, byte[] json) {
    int udta = child(moov, "udta");
    int atom = HEADER + json.length;
    int added = udta < 0 ? HEADER + atom : atom;
    int at = udta < 0 ? moov.limit() : udta + moov.getInt(udta);
    ByteBuffer whole = ByteBuffer.allocate(moov.limit() + added);
    whole.put(moov.slice(0, at));
    if (udta < 0) {
      header(whole, added, "udta");
    } else {
      whole.putInt(udta, moov.getInt(udta) + atom);
    }
    header(whole, atom, "stem");
    whole.put(json);
    whole.put(moov.slice(at, moov.limit() - at));
    whole.putInt(0, whole.limit());
    return whole.flip();
  }

  private static void header(ByteBuffer into, int size, String type) {
    into.putInt(size).put(type.getBytes(ISO_8859_1));
  }

  /** Where a box within a box begins; -1 if there is none. */
  private static int child(ByteBuffer box, String type) {
    for (int at = HEADER; at + HEADER <= box.limit(); at += Math.max(HEADER, box.getInt(at))) {
      byte[] name = new byte[4];
      box.get(at + 4, name);
      if (new String(name, ISO_8859_1).equals(type)) {
        return at;
      }
    }
    return -1;
  }

  /** Names of stems are letters, digits, hyphens and underscores: nothing has to be escaped. */
  private static String json(List<String> stems) {
    String named =
        IntStream.range(0, stems.size())
            .mapToObj(
                i ->
                    "{\"name\":\"%s\",\"color\":\"%s\"}"
                        .formatted(title(stems.get(i)), COLOURS.get(i % COLOURS.size())))
            .collect(Collectors.joining(","));
    return """
        {"mastering_dsp":{"compressor":{"enabled":false,"ratio":3,"output_gain":0.5,\
        "release":0.300000011920929,"attack":0.0003000000142492354,"input_gain":0.5,\
        "threshold":0,"hp_cutoff":300,"dry_wet":50},"limiter":{"enabled":false,\
        "release":0.05000000074505806,"threshold":0,"ceiling":-0.3499999940395355}},\
        "version":1,"stems":[%s]}"""
        .formatted(named);
  }

  private static String title(String stem) {
    return stem.substring(0, 1).toUpperCase(Locale.ROOT) + stem.substring(1);
  }
}
