package io.stemspark.internal.ffmpeg;

import static org.bytedeco.ffmpeg.global.avcodec.*;
import static org.bytedeco.ffmpeg.global.avformat.*;
import static org.bytedeco.ffmpeg.global.avutil.*;

import io.stemspark.audio.Tags;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVIOContext;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.bytedeco.javacpp.BytePointer;

/**
 * Joins audio files of this program into one MP4 file with a stream of each, as Native Instruments'
 * Stems have it: the mixture, then four stems, and an atom that names them. Nothing is coded again.
 */
public final class StemFile implements AutoCloseable {
  private final String name;
  private final AVFormatContext target = new AVFormatContext(null);
  private final List<Source> sources = new ArrayList<>();
  private boolean headerWritten;

  /** A file that is joined, with its next packet. */
  private static final class Source {
    private final AVFormatContext container = new AVFormatContext(null);
    private final AVPacket packet = av_packet_alloc();
    private boolean ended;

    AVRational timeBase() {
      return container.streams(0).time_base();
    }
  }

  private StemFile(Path file) {
    this.name = file.toString();
  }

  /**
   * Writes a file.
   *
   * @param parts M4A files of equal length: the mixture, then the stems
   * @param stems their names, without the mixture
   * @param tags of the music; a cover is left out, whose stream readers of stems do not expect
   */
  public static void write(Path file, List<Path> parts, List<String> stems, Tags tags)
      throws IOException {
    try (StemFile joined = new StemFile(file)) {
      joined.join(file, parts, tags);
    }
    StemAtom.append(file, stems);
  }

  private void join(Path file, List<Path> parts, Tags tags) throws IOException {
    check(avformat_alloc_output_context2(target, null, "ipod", name), "There is no MP4");
    for (Path part : parts) {
      open(part);
    }
    AVDictionary metadata = new AVDictionary(null);
    tags.fields().forEach((key, text) -> av_dict_set(metadata, key, text, 0));
    target.metadata(metadata);
    AVIOContext io = new AVIOContext(null);
    try (BytePointer path = Ffmpeg.path(file)) {
      check(avio_open(io, path, AVIO_FLAG_WRITE), "The file cannot be written");
    }
    target.pb(io);
    AVDictionary options = new AVDictionary(null);
    String rate = String.valueOf(target.streams(0).codecpar().sample_rate());
    av_dict_set(options, "movie_timescale", rate, 0);
    int started = avformat_write_header(target, options);
    av_dict_free(options);
    check(started, "The header cannot be written");
    headerWritten = true;
    copyPackets();
    headerWritten = false;
    check(av_write_trailer(target), "The header cannot be completed");
    target.pb(null);
    check(avio_closep(io), "The file cannot be closed");
  }

  private void open(Path part) throws IOException {
    Source source = new Source();
    sources.add(source);
    try (BytePointer path = Ffmpeg.path(part)) {
      check(avformat_open_input(source.container, path, null, null), "A stem cannot be read");
    }
    AVStream stream = avformat_new_stream(target, null);
    AVStream read = source.container.streams(0);
    check(avcodec_parameters_copy(stream.codecpar(), read.codecpar()), "A stem cannot be copied");
    stream.codecpar().codec_tag(0);
    stream.time_base(read.time_base());
  }

  /** The earliest packet first, so that no stream waits for another in memory. */
  private void copyPackets() throws IOException {
    for (Source source : sources) {
      next(source);
    }
    while (true) {
      int earliest = -1;
      for (int i = 0; i < sources.size(); i++) {
        Source source = sources.get(i);
        if (!source.ended && (earliest < 0 || isBefore(source, sources.get(earliest)))) {
          earliest = i;
        }
      }
      if (earliest < 0) {
        return;
      }
      Source source = sources.get(earliest);
      source.packet.stream_index(earliest);
      source.packet.pos(-1);
      av_packet_rescale_ts(source.packet, source.timeBase(), target.streams(earliest).time_base());
      check(
          av_interleaved_write_frame(target, source.packet), "The file cannot be written further");
      next(source);
    }
  }

  private static boolean isBefore(Source one, Source other) {
    return av_compare_ts(one.packet.dts(), one.timeBase(), other.packet.dts(), other.timeBase())
        < 0;
  }

  private void next(Source source) throws IOException {
    int read = av_read_frame(source.container, source.packet);
    source.ended = read == AVERROR_EOF();
    if (!source.ended) {
      check(read, "A stem cannot be read");
    }
  }

  /** A failure here is the fault of the disk: the parts are this program's own. */
  private void check(int code, String what) throws IOException {
    if (code < 0) {
      throw new IOException("%s: %s: %s.".formatted(name, what, Ffmpeg.message(code)));
    }
  }

  @Override
  public void close() {
    for (Source source : sources) {
      av_packet_free(source.packet);
      avformat_close_input(source.container);
    }
    if (headerWritten) {
      // The muxer's own memory is only released through its trailer.
      av_write_trailer(target);
    }
    if (target.pb() != null) {
      avio_closep(target.pb());
    }
    avformat_free_context(target);
  }
}
