package io.stemspark.internal.child;

import io.stemspark.audio.Tags;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What parent and child say to each other: one byte, then the fields named here. */
final class Message {
  /** Parent: open a file. Id (int), stream (int), size in bytes (long). */
  static final byte OPEN = 1;

  /** Parent: decode the next samples. Id (int). */
  static final byte NEXT = 2;

  /** Parent: close the file. Id (int). */
  static final byte CLOSE = 3;

  /**
   * Parent: the bytes that were asked for are in the shared memory; fewer at the end. Count (int).
   */
  static final byte BYTES = 4;

  /** Parent: the bytes could not be read. */
  static final byte NO_BYTES = 5;

  /** Child: FFmpeg is loaded; sent once, before all else. */
  static final byte READY = 12;

  /** Child: asks for bytes of the file. Position (long), count (int). */
  static final byte READ = 6;

  /**
   * Child: the file is open. Sample rate, channels (ints), sample format, layout (texts), expected
   * samples (long), tags.
   */
  static final byte OPENED = 7;

  /**
   * Child: samples. Count per channel (int). They lie in the shared memory, channel by channel, as
   * floats in the machine's byte order.
   */
  static final byte SAMPLES = 8;

  /** Child: there are no more samples. Repairs (texts). */
  static final byte END = 9;

  /** Child: the file cannot be decoded. Reason (text). */
  static final byte FAILED = 10;

  /** Child: the file is closed. */
  static final byte CLOSED = 11;

  /** Most samples per channel in one message. */
  static final int MAX_SAMPLES = 1 << 16;

  /** Most bytes of the file in one message. */
  static final int MAX_BYTES = 1 << 18;

  private static final int LONGEST_TEXT = 1 << 18;
  private static final int MAX_TEXTS = 100;

  private Message() {}

  static void writeText(DataOutputStream out, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  static String readText(DataInputStream in) throws IOException {
    byte[] bytes = new byte[within(in.readInt(), LONGEST_TEXT)];
    in.readFully(bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  static void writeTexts(DataOutputStream out, List<String> texts) throws IOException {
    out.writeInt(texts.size());
    for (String text : texts) {
      writeText(out, text);
    }
  }

  static List<String> readTexts(DataInputStream in) throws IOException {
    List<String> texts = new ArrayList<>();
    int count = within(in.readInt(), MAX_TEXTS);
    for (int i = 0; i < count; i++) {
      texts.add(readText(in));
    }
    return texts;
  }

  static void writeTags(DataOutputStream out, Tags tags) throws IOException {
    out.writeInt(tags.fields().size());
    for (Map.Entry<String, String> field : tags.fields().entrySet()) {
      writeText(out, field.getKey());
      writeText(out, field.getValue());
    }
    out.writeBoolean(tags.cover().isPresent());
    if (tags.cover().isPresent()) {
      Tags.Cover cover = tags.cover().get();
      writeText(out, cover.codec());
      out.writeInt(cover.width());
      out.writeInt(cover.height());
      out.writeInt(cover.bytes().length);
      out.write(cover.bytes());
    }
  }

  static Tags readTags(DataInputStream in) throws IOException {
    Map<String, String> fields = new LinkedHashMap<>();
    int count = within(in.readInt(), Tags.MAX_FIELDS);
    for (int i = 0; i < count; i++) {
      fields.put(readText(in), readText(in));
    }
    if (!in.readBoolean()) {
      return new Tags(fields, Optional.empty());
    }
    String codec = readText(in);
    int width = in.readInt();
    int height = in.readInt();
    byte[] bytes = new byte[within(in.readInt(), Tags.LARGEST_COVER)];
    in.readFully(bytes);
    return new Tags(fields, Optional.of(new Tags.Cover(codec, width, height, bytes)));
  }

  /** Checks a number that the other side sent: a hostile file may control the child. */
  static int within(int value, int most) throws IOException {
    if (value < 0 || value > most) {
      throw new IOException("The number is %d. Expected 0 to %d.".formatted(value, most));
    }
    return value;
  }
}
