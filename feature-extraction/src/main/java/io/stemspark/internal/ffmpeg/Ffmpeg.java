package io.stemspark.internal.ffmpeg;

import static org.bytedeco.ffmpeg.global.avutil.*;

import io.stemspark.audio.AudioException;
import io.stemspark.audio.AudioFormat;
import io.stemspark.internal.process.NativeLibraries;
import java.net.URLDecoder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.bytedeco.ffmpeg.avutil.AVChannelLayout;
import org.bytedeco.javacpp.BytePointer;

/** What all uses of FFmpeg's libraries share: return codes and a quiet log. */
final class Ffmpeg {
  static final int MESSAGE_BYTES = 256;

  static {
    NativeLibraries.prepare();
    // Reasons reach the user through AudioException; FFmpeg's own log would interleave with tasks.
    av_log_set_level(AV_LOG_QUIET);
  }

  private Ffmpeg() {}

  /**
   * Passes a successful return code on.
   *
   * @param what says what failed; FFmpeg's message ends the sentence
   * @throws AudioException when {@code code} is negative: "{name}: {what}: {FFmpeg's message}."
   */
  static int check(int code, String name, String what) throws AudioException {
    if (code < 0) {
      throw new AudioException(name, "%s: %s.".formatted(what, message(code)));
    }
    return code;
  }

  /** FFmpeg's words for an error code. */
  static String message(int code) {
    byte[] text = new byte[MESSAGE_BYTES];
    av_strerror(code, text, text.length);
    return text(text);
  }

  /** A C string, which ends with a zero. */
  static String text(byte[] bytes) {
    String text = new String(bytes, StandardCharsets.UTF_8);
    return text.substring(0, text.indexOf('\0'));
  }

  /** The bytes of a path, which need not be characters of any encoding; the caller closes them. */
  static BytePointer path(Path file) {
    String raw = file.toUri().getRawPath().replace("+", "%2B");
    Charset bytes = StandardCharsets.ISO_8859_1;
    return new BytePointer(URLDecoder.decode(raw, bytes), bytes);
  }

  /** The usual layout for a number of channels; the caller closes it. */
  static AVChannelLayout layout(int channels) {
    AVChannelLayout layout = new AVChannelLayout();
    av_channel_layout_default(layout, channels);
    return layout;
  }

  /**
   * The layout of a format, or the usual one where FFmpeg does not know it; the caller closes it.
   */
  static AVChannelLayout layout(AudioFormat format) {
    AVChannelLayout layout = new AVChannelLayout();
    int code = av_channel_layout_from_string(layout, format.layout());
    if (code == 0 && layout.nb_channels() == format.channels()) {
      return layout;
    }
    av_channel_layout_uninit(layout);
    layout.close();
    return layout(format.channels());
  }

  /** A layout's name; empty for the usual one of its number of channels, or one without order. */
  static String nameOf(AVChannelLayout layout) {
    try (AVChannelLayout usual = layout(layout.nb_channels())) {
      boolean plain =
          layout.order() != AV_CHANNEL_ORDER_NATIVE
              || av_channel_layout_compare(layout, usual) == 0;
      byte[] name = new byte[MESSAGE_BYTES];
      return plain || av_channel_layout_describe(layout, name, name.length) < 0 ? "" : text(name);
    }
  }
}
