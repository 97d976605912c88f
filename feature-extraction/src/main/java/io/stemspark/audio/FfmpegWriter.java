package io.stemspark.audio;

import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_FLAC;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_PCM_F32LE;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_PCM_S16LE;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_PCM_S24LE;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_free;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_rescale_ts;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_alloc_context3;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_find_encoder;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_free_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_open2;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_parameters_from_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_receive_packet;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_send_frame;
import static org.bytedeco.ffmpeg.global.avformat.AVIO_FLAG_WRITE;
import static org.bytedeco.ffmpeg.global.avformat.av_interleaved_write_frame;
import static org.bytedeco.ffmpeg.global.avformat.av_write_trailer;
import static org.bytedeco.ffmpeg.global.avformat.avformat_alloc_output_context2;
import static org.bytedeco.ffmpeg.global.avformat.avformat_free_context;
import static org.bytedeco.ffmpeg.global.avformat.avformat_new_stream;
import static org.bytedeco.ffmpeg.global.avformat.avformat_write_header;
import static org.bytedeco.ffmpeg.global.avformat.avio_closep;
import static org.bytedeco.ffmpeg.global.avformat.avio_open;
import static org.bytedeco.ffmpeg.global.avutil.AVERROR_EOF;
import static org.bytedeco.ffmpeg.global.avutil.AV_SAMPLE_FMT_FLT;
import static org.bytedeco.ffmpeg.global.avutil.AV_SAMPLE_FMT_S16;
import static org.bytedeco.ffmpeg.global.avutil.AV_SAMPLE_FMT_S32;
import static org.bytedeco.ffmpeg.global.avutil.av_channel_layout_copy;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_free;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_set;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_get_buffer;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_make_writable;
import static org.bytedeco.ffmpeg.presets.avutil.AVERROR_EAGAIN;

import java.io.IOException;
import java.nio.file.Path;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVIOContext;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.ShortPointer;

/** Encodes a local WAV or FLAC file. */
public final class FfmpegWriter implements AudioWriter {
  private static final int PCM_FRAME = 4096;

  private final String name;
  private final AudioFormat format;
  private AVFormatContext container;
  private AVCodecContext codec;
  private AVPacket packet = av_packet_alloc();
  private AVFrame frame = av_frame_alloc();
  private float[] interleaved;
  private int frameLength;
  private int filled;
  private long written;
  private boolean headerWritten;

  private FfmpegWriter(String name, AudioFormat format) {
    this.name = name;
    this.format = format;
  }

  /**
   * Creates or replaces {@code file}.
   *
   * @param format with a sample format that {@code container} can hold
   */
  public static AudioWriter create(Path file, Container container, AudioFormat format)
      throws IOException {
    if (container.nearest(format.sampleFormat()) != format.sampleFormat()) {
      throw new IllegalArgumentException(
          "%s cannot hold %s samples".formatted(container, format.sampleFormat()));
    }
    FfmpegWriter writer = new FfmpegWriter(file.toString(), format);
    try {
      writer.openCodec(container);
      writer.openContainer(file, container);
      writer.allocateFrame();
      return writer;
    } catch (IOException | RuntimeException e) {
      writer.release();
      throw e;
    }
  }

  private void openCodec(Container kind) throws AudioException {
    AVCodec encoder = avcodec_find_encoder(codecId(kind, format.sampleFormat()));
    codec = avcodec_alloc_context3(encoder);
    codec.sample_rate(format.sampleRate());
    codec.time_base().num(1).den(format.sampleRate());
    codec.sample_fmt(
        switch (format.sampleFormat()) {
          case INT16 -> AV_SAMPLE_FMT_S16;
          case INT24 -> AV_SAMPLE_FMT_S32;
          case FLOAT32 -> AV_SAMPLE_FMT_FLT;
        });
    codec.bits_per_raw_sample(format.sampleFormat().bits());
    try (var layout = Ffmpeg.layout(format.channels())) {
      av_channel_layout_copy(codec.ch_layout(), layout);
    }
    check(avcodec_open2(codec, encoder, (AVDictionary) null), "encoder does not start");
    frameLength = codec.frame_size() > 0 ? codec.frame_size() : PCM_FRAME;
    interleaved = new float[frameLength * format.channels()];
  }

  private static int codecId(Container container, SampleFormat sampleFormat) {
    return switch (container) {
      case FLAC -> AV_CODEC_ID_FLAC;
      case WAV ->
          switch (sampleFormat) {
            case INT16 -> AV_CODEC_ID_PCM_S16LE;
            case INT24 -> AV_CODEC_ID_PCM_S24LE;
            case FLOAT32 -> AV_CODEC_ID_PCM_F32LE;
          };
    };
  }

  private void openContainer(Path file, Container kind) throws AudioException {
    container = new AVFormatContext(null);
    check(
        avformat_alloc_output_context2(container, null, kind.extension(), file.toString()),
        "no such container");
    AVStream stream = avformat_new_stream(container, null);
    check(avcodec_parameters_from_context(stream.codecpar(), codec), "bad codec parameters");
    stream.time_base().num(1).den(format.sampleRate());
    AVIOContext io = new AVIOContext(null);
    check(avio_open(io, file.toString(), AVIO_FLAG_WRITE), "cannot be written");
    container.pb(io);
    AVDictionary options = new AVDictionary(null);
    // Beyond 4 GiB a plain WAV header overflows; FFmpeg then writes RF64.
    av_dict_set(options, "rf64", "auto", 0);
    int started = avformat_write_header(container, options);
    av_dict_free(options);
    check(started, "header cannot be written");
    headerWritten = true;
  }

  private void allocateFrame() throws AudioException {
    frame.nb_samples(frameLength);
    frame.format(codec.sample_fmt());
    frame.sample_rate(format.sampleRate());
    av_channel_layout_copy(frame.ch_layout(), codec.ch_layout());
    check(av_frame_get_buffer(frame, 0), "no memory for a frame");
  }

  @Override
  public AudioFormat format() {
    return format;
  }

  @Override
  public void write(float[][] samples, int length) throws IOException {
    int channels = format.channels();
    for (int done = 0; done < length; ) {
      int n = Math.min(length - done, frameLength - filled);
      for (int c = 0; c < channels; c++) {
        for (int i = 0, at = filled * channels + c; i < n; i++, at += channels) {
          interleaved[at] = samples[c][done + i];
        }
      }
      filled += n;
      done += n;
      if (filled == frameLength) {
        encodeFrame();
      }
    }
  }

  private void encodeFrame() throws IOException {
    check(av_frame_make_writable(frame), "no memory for a frame");
    frame.nb_samples(filled);
    frame.pts(written);
    fill(frame.data(0), filled * format.channels());
    written += filled;
    filled = 0;
    check(avcodec_send_frame(codec, frame), "samples cannot be encoded");
    writePackets();
  }

  private void fill(BytePointer target, int count) {
    switch (format.sampleFormat()) {
      case INT16 -> {
        short[] steps = new short[count];
        for (int i = 0; i < count; i++) {
          steps[i] = (short) step(interleaved[i]);
        }
        new ShortPointer(target).put(steps, 0, count);
      }
      case INT24 -> {
        int[] steps = new int[count];
        for (int i = 0; i < count; i++) {
          steps[i] = step(interleaved[i]) << 8;
        }
        new IntPointer(target).put(steps, 0, count);
      }
      case FLOAT32 -> new FloatPointer(target).put(interleaved, 0, count);
    }
  }

  private int step(float sample) {
    float scale = format.sampleFormat().scale();
    return (int) Math.max(-scale, Math.min(scale - 1, Math.rint(sample * scale)));
  }

  private void writePackets() throws IOException {
    AVStream stream = container.streams(0);
    while (true) {
      int received = avcodec_receive_packet(codec, packet);
      if (received == AVERROR_EAGAIN() || received == AVERROR_EOF()) {
        return;
      }
      check(received, "samples cannot be encoded");
      packet.stream_index(0);
      av_packet_rescale_ts(packet, codec.time_base(), stream.time_base());
      check(av_interleaved_write_frame(container, packet), "cannot be written further");
    }
  }

  @Override
  public void close() throws IOException {
    if (frame == null) {
      return;
    }
    try {
      if (filled > 0) {
        encodeFrame();
      }
      check(avcodec_send_frame(codec, null), "encoder cannot be flushed");
      writePackets();
      // Whatever it returns, the muxer has freed its memory then; a second call would crash.
      headerWritten = false;
      check(av_write_trailer(container), "header cannot be completed");
      AVIOContext io = container.pb();
      container.pb(null);
      check(avio_closep(io), "cannot be closed");
    } finally {
      release();
    }
  }

  private int check(int code, String what) throws AudioException {
    return Ffmpeg.check(code, name, what);
  }

  private void release() {
    av_frame_free(frame);
    frame = null;
    av_packet_free(packet);
    packet = null;
    if (codec != null) {
      avcodec_free_context(codec);
    }
    if (container != null) {
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
}
