package io.stemspark.audio;

import static org.bytedeco.ffmpeg.global.avutil.AV_LOG_QUIET;
import static org.bytedeco.ffmpeg.global.avutil.av_channel_layout_default;
import static org.bytedeco.ffmpeg.global.avutil.av_log_set_level;
import static org.bytedeco.ffmpeg.global.avutil.av_strerror;

import java.nio.charset.StandardCharsets;
import org.bytedeco.ffmpeg.avutil.AVChannelLayout;

/** What every use of FFmpeg's libraries shares: return codes, and a quiet log. */
final class Ffmpeg {
  private static final int MESSAGE_BYTES = 256;

  static {
    // Reasons reach the user through AudioException; FFmpeg's own log would interleave with tasks.
    av_log_set_level(AV_LOG_QUIET);
  }

  private Ffmpeg() {}

  /**
   * Passes a successful return code on.
   *
   * @throws AudioException when {@code code} is negative: "{name}: {what}: {FFmpeg's message}"
   */
  static int check(int code, String name, String what) throws AudioException {
    if (code < 0) {
      throw new AudioException(name, what + ": " + message(code));
    }
    return code;
  }

  /** FFmpeg's words for an error code. */
  static String message(int code) {
    byte[] text = new byte[MESSAGE_BYTES];
    av_strerror(code, text, text.length);
    int length = 0;
    while (length < text.length && text[length] != 0) {
      length++;
    }
    return new String(text, 0, length, StandardCharsets.UTF_8);
  }

  /** The usual layout for a number of channels; the caller closes it. */
  static AVChannelLayout layout(int channels) {
    AVChannelLayout layout = new AVChannelLayout();
    av_channel_layout_default(layout, channels);
    return layout;
  }
}
