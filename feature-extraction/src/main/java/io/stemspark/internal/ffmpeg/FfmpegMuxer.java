package io.stemspark.internal.ffmpeg;

import static org.bytedeco.ffmpeg.global.avcodec.*;
import static org.bytedeco.ffmpeg.global.avformat.*;
import static org.bytedeco.ffmpeg.global.avutil.*;

import io.stemspark.audio.AudioException;
import io.stemspark.audio.Container;
import io.stemspark.audio.Tags;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Optional;
import java.util.Set;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVIOContext;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.javacpp.BytePointer;

/** Writes the packets of one audio stream, with tags and a cover, to a local file. */
final class FfmpegMuxer implements AutoCloseable {
  private static final Set<String> PICTURES = Set.of("mjpeg", "png");
  private static final Set<Container> PICTURE_STREAMS =
      Set.of(Container.FLAC, Container.MP3, Container.M4A, Container.ALAC);
  private static final Set<Container> PICTURE_FIELDS = Set.of(Container.OGG, Container.OPUS);
  private static final int FRONT_COVER = 3;

  private final Path file;
  private final String name;
  private final AVFormatContext container = new AVFormatContext(null);
  private boolean headerWritten;

  /** {@link #start} creates the file. */
  FfmpegMuxer(Path file, Container kind) throws AudioException {
    this.file = file;
    this.name = file.toString();
    Ffmpeg.check(
        avformat_alloc_output_context2(container, null, kind.muxer(), name),
        name,
        "There is no such container");
  }

  /** Whether the codec's header belongs in the container's. */
  boolean wantsGlobalHeader() {
    return (container.oformat().flags() & AVFMT_GLOBALHEADER) != 0;
  }

  /** Creates or replaces the file and writes everything that stands before the audio. */
  void start(AVCodecContext codec, Container kind, Tags tags) throws IOException {
    AVStream audio = avformat_new_stream(container, null);
    check(avcodec_parameters_from_context(audio.codecpar(), codec), "The codec parameters are bad");
    audio.time_base().num(1).den(codec.sample_rate());
    Tags.Cover cover = usable(tags.cover());
    addTags(kind, tags, cover);
    boolean asStream = cover != null && PICTURE_STREAMS.contains(kind.ofStreams());
    if (asStream) {
      addPictureStream(cover);
    }
    AVIOContext io = new AVIOContext(null);
    try (BytePointer path = Ffmpeg.path(file)) {
      check(avio_open(io, path, AVIO_FLAG_WRITE), "The file cannot be written");
    }
    container.pb(io);
    AVDictionary options = new AVDictionary(null);
    // Beyond 4 GiB a plain WAV header overflows; FFmpeg then writes RF64.
    av_dict_set(options, "rf64", "auto", 0);
    // MP4 states the length without encoder delay in this unit; its default of 1 ms is too coarse.
    av_dict_set(options, "movie_timescale", String.valueOf(codec.sample_rate()), 0);
    int started = avformat_write_header(container, options);
    av_dict_free(options);
    check(started, "The header cannot be written");
    headerWritten = true;
    if (asStream) {
      writePicture(cover);
    }
  }

  /** The cover, or null: not every container takes other formats, or pictures of unknown size. */
  private static Tags.Cover usable(Optional<Tags.Cover> cover) {
    return cover
        .filter(c -> PICTURES.contains(c.codec()) && c.width() > 0 && c.height() > 0)
        .orElse(null);
  }

  private void addTags(Container kind, Tags tags, Tags.Cover cover) {
    AVDictionary metadata = new AVDictionary(null);
    tags.fields().forEach((key, text) -> av_dict_set(metadata, key, text, 0));
    if (cover != null && PICTURE_FIELDS.contains(kind)) {
      av_dict_set(metadata, "METADATA_BLOCK_PICTURE", pictureBlock(cover), 0);
    }
    // The container frees them.
    container.metadata(metadata);
  }

  /** A cover as Vorbis comments hold it: FLAC's picture block (RFC 9639, 8.8) in Base64. */
  private static String pictureBlock(Tags.Cover cover) {
    String subtype = cover.codec().equals("mjpeg") ? "jpeg" : cover.codec();
    byte[] type = ("image/" + subtype).getBytes(StandardCharsets.US_ASCII);
    ByteBuffer block =
        ByteBuffer.allocate(8 * Integer.BYTES + type.length + cover.bytes().length)
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

  private void addPictureStream(Tags.Cover cover) {
    AVStream picture = avformat_new_stream(container, null);
    picture.disposition(AV_DISPOSITION_ATTACHED_PIC);
    picture.codecpar().codec_type(AVMEDIA_TYPE_VIDEO);
    picture.codecpar().codec_id(avcodec_descriptor_get_by_name(cover.codec()).id());
    picture.codecpar().width(cover.width());
    picture.codecpar().height(cover.height());
  }

  private void writePicture(Tags.Cover cover) throws IOException {
    AVPacket packet = av_packet_alloc();
    try {
      check(av_new_packet(packet, cover.bytes().length), "There is no memory for the cover");
      packet.data().put(cover.bytes());
      packet.stream_index(1);
      packet.pts(0);
      packet.dts(0);
      check(av_interleaved_write_frame(container, packet), "The cover cannot be written");
    } finally {
      av_packet_free(packet);
    }
  }

  /** Writes a packet, whose times are in {@code codec}'s time base. */
  void write(AVPacket packet, AVCodecContext codec) throws IOException {
    packet.stream_index(0);
    av_packet_rescale_ts(packet, codec.time_base(), container.streams(0).time_base());
    check(av_interleaved_write_frame(container, packet), "The file cannot be written further");
  }

  /** Completes the file. */
  void finish() throws IOException {
    // The muxer frees its memory whatever this returns; a second call would crash.
    headerWritten = false;
    check(av_write_trailer(container), "The header cannot be completed");
    AVIOContext io = container.pb();
    container.pb(null);
    check(avio_closep(io), "The file cannot be closed");
  }

  /** A failure here is the fault of the disk, not of the audio. */
  private void check(int code, String what) throws IOException {
    if (code < 0) {
      throw new IOException("%s: %s: %s.".formatted(name, what, Ffmpeg.message(code)));
    }
  }

  @Override
  public void close() {
    if (headerWritten) {
      // The muxer's own memory is only released through its trailer.
      av_write_trailer(container);
    }
    if (container.pb() != null) {
      avio_closep(container.pb());
    }
    avformat_free_context(container);
  }
}
