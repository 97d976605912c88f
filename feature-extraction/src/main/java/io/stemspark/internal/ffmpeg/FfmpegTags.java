package io.stemspark.internal.ffmpeg;

import static org.bytedeco.ffmpeg.global.avcodec.avcodec_get_name;
import static org.bytedeco.ffmpeg.global.avformat.AV_DISPOSITION_ATTACHED_PIC;
import static org.bytedeco.ffmpeg.global.avutil.AV_DICT_IGNORE_SUFFIX;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_get;

import io.stemspark.audio.Tags;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.bytedeco.ffmpeg.avcodec.AVCodecParameters;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVDictionaryEntry;
import org.bytedeco.javacpp.BytePointer;

/** Reads the texts and the picture that describe the music of a file. */
final class FfmpegTags {
  /**
   * Tags that describe the file and not its music, and so would be wrong for another file. Matroska
   * may have a tag once for each language, and has more figures about a track.
   */
  private static final Pattern OF_THE_FILE =
      Pattern.compile(
          "(?:encoder|encoded_by|encoding_tool|major_brand|minor_version|compatible_brands"
              + "|handler_name|vendor_id|language|creation_time|duration|itunsmpb|itunnorm"
              + "|replaygain_(?:track|album)_(?:gain|peak)|replaygain_reference_loudness"
              + "|r128_(?:track|album)_gain|bps|number_of_(?:frames|bytes))(?:-[a-z]{3})?"
              + "|_statistics_.*",
          Pattern.DOTALL);

  /** Most UTF-8 bytes of a character that is one {@code char} in Java. */
  private static final int MAX_BYTES_OF_A_CHARACTER = 3;

  private FfmpegTags() {}

  /** The tags of a stream and of the container around it. */
  static Tags read(AVFormatContext container, AVStream stream) {
    Map<String, String> fields = new LinkedHashMap<>();
    // Ogg has its tags on the stream, other containers on the file.
    addAll(stream.metadata(), fields);
    addAll(container.metadata(), fields);
    return new Tags(fields, cover(container));
  }

  private static void addAll(AVDictionary dictionary, Map<String, String> fields) {
    AVDictionaryEntry entry = null;
    while ((entry = av_dict_get(dictionary, "", entry, AV_DICT_IGNORE_SUFFIX)) != null) {
      if (!fits(entry)) {
        continue;
      }
      String key = entry.key().getString(StandardCharsets.UTF_8);
      boolean ofTheFile = OF_THE_FILE.matcher(key.toLowerCase(Locale.ROOT)).matches();
      if (!ofTheFile && fields.size() < Tags.MAX_FIELDS) {
        fields.put(key, entry.value().getString(StandardCharsets.UTF_8));
      }
    }
  }

  /** Checks a tag before it is copied: it may be as long as its file. */
  private static boolean fits(AVDictionaryEntry entry) {
    long most = (long) Tags.LONGEST_TEXT * MAX_BYTES_OF_A_CHARACTER;
    return BytePointer.strlen(entry.key()) <= most && BytePointer.strlen(entry.value()) <= most;
  }

  private static Optional<Tags.Cover> cover(AVFormatContext container) {
    for (int i = 0; i < container.nb_streams(); i++) {
      AVStream candidate = container.streams(i);
      if ((candidate.disposition() & AV_DISPOSITION_ATTACHED_PIC) != 0) {
        AVPacket picture = candidate.attached_pic();
        // A video without pictures may be marked as one, too.
        if (picture.size() == 0 || picture.size() > Tags.LARGEST_COVER) {
          return Optional.empty();
        }
        byte[] bytes = new byte[picture.size()];
        picture.data().get(bytes);
        AVCodecParameters format = candidate.codecpar();
        try (BytePointer codec = avcodec_get_name(format.codec_id())) {
          return Optional.of(
              new Tags.Cover(codec.getString(), format.width(), format.height(), bytes));
        }
      }
    }
    return Optional.empty();
  }
}
