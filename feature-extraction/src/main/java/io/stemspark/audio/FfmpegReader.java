package io.stemspark.audio;

import static org.bytedeco.ffmpeg.global.avcodec.av_packet_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_free;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_unref;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_alloc_context3;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_find_decoder;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_free_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_open2;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_parameters_to_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_receive_frame;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_send_packet;
import static org.bytedeco.ffmpeg.global.avformat.av_find_best_stream;
import static org.bytedeco.ffmpeg.global.avformat.av_read_frame;
import static org.bytedeco.ffmpeg.global.avformat.avformat_alloc_context;
import static org.bytedeco.ffmpeg.global.avformat.avformat_close_input;
import static org.bytedeco.ffmpeg.global.avformat.avformat_find_stream_info;
import static org.bytedeco.ffmpeg.global.avformat.avformat_open_input;
import static org.bytedeco.ffmpeg.global.avutil.AVERROR_EOF;
import static org.bytedeco.ffmpeg.global.avutil.AVMEDIA_TYPE_AUDIO;
import static org.bytedeco.ffmpeg.global.avutil.AV_SAMPLE_FMT_DBL;
import static org.bytedeco.ffmpeg.global.avutil.AV_SAMPLE_FMT_DBLP;
import static org.bytedeco.ffmpeg.global.avutil.AV_SAMPLE_FMT_FLT;
import static org.bytedeco.ffmpeg.global.avutil.AV_SAMPLE_FMT_FLTP;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_free;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_set;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;
import static org.bytedeco.ffmpeg.global.avutil.av_version_info;
import static org.bytedeco.ffmpeg.global.swresample.swr_alloc_set_opts2;
import static org.bytedeco.ffmpeg.global.swresample.swr_convert;
import static org.bytedeco.ffmpeg.global.swresample.swr_free;
import static org.bytedeco.ffmpeg.global.swresample.swr_init;
import static org.bytedeco.ffmpeg.presets.avutil.AVERROR_EAGAIN;

import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.swresample.SwrContext;

/** Decodes the best audio stream of anything that FFmpeg reads. */
public final class FfmpegReader implements AudioReader {
  private static final int LEAST_RATE = 1000;
  private static final int MOST_RATE = 768_000;
  private static final int MOST_CHANNELS = 32;

  private final String name;
  private final ChannelInput input;
  private AVFormatContext container = avformat_alloc_context();
  private AVCodecContext codec;
  private SwrContext toPlanarFloat;
  private AVPacket packet = av_packet_alloc();
  private AVFrame frame = av_frame_alloc();
  private PlanarBuffer decoded;
  private AudioFormat format;
  private int stream;
  private int position;
  private int available;
  private boolean drained;
  private long samplesRead;

  private FfmpegReader(String name, SeekableByteChannel channel) {
    this.name = name;
    this.input = new ChannelInput(channel);
  }

  /** Opens a local file. */
  public static AudioReader open(Path file) throws IOException {
    return open(file.toString(), Files.newByteChannel(file));
  }

  /**
   * Opens audio from any seekable source; the reader closes it.
   *
   * @param name what errors call it
   * @throws AudioException when there is no audio that can be decoded
   */
  public static AudioReader open(String name, SeekableByteChannel channel) throws IOException {
    FfmpegReader reader = new FfmpegReader(name, channel);
    try {
      reader.openContainer();
      reader.openCodec();
      return reader;
    } catch (IOException | RuntimeException e) {
      reader.close();
      throw e;
    }
  }

  /** The version of FFmpeg's libraries in this process. */
  public static String version() {
    return av_version_info().getString();
  }

  private void openContainer() throws IOException {
    container.pb(input.context());
    AVDictionary options = new AVDictionary(null);
    // A playlist or reference inside an untrusted file must not open other files or URLs.
    av_dict_set(options, "protocol_whitelist", "none", 0);
    int opened = avformat_open_input(container, "", null, options);
    av_dict_free(options);
    if (opened < 0) {
      container = null;
    }
    check(opened, "not readable as audio");
    check(avformat_find_stream_info(container, (AVDictionary) null), "not readable as audio");
    stream =
        Ffmpeg.check(
            av_find_best_stream(container, AVMEDIA_TYPE_AUDIO, -1, -1, (AVCodec) null, 0),
            name,
            "no audio stream");
  }

  private void openCodec() throws IOException {
    AVStream selected = container.streams(stream);
    AVCodec decoder = avcodec_find_decoder(selected.codecpar().codec_id());
    if (decoder == null) {
      throw new AudioException(name, "no decoder for its codec");
    }
    codec = avcodec_alloc_context3(decoder);
    check(avcodec_parameters_to_context(codec, selected.codecpar()), "bad codec parameters");
    // Encoder delay and padding are trimmed by the decoder, which needs the stream's clock for it.
    codec.pkt_timebase(selected.time_base());
    codec.thread_count(1);
    check(avcodec_open2(codec, decoder, (AVDictionary) null), "decoder does not start");
    requireUsable(codec.sample_rate(), codec.ch_layout().nb_channels());
    format =
        new AudioFormat(codec.sample_rate(), codec.ch_layout().nb_channels(), sourceFormat(codec));
    decoded = new PlanarBuffer(format.channels());
    openConverter();
  }

  private void requireUsable(int sampleRate, int channels) throws AudioException {
    if (sampleRate < LEAST_RATE || sampleRate > MOST_RATE) {
      throw new AudioException(
          name,
          "a sample rate of %d Hz; %d to %d Hz are supported"
              .formatted(sampleRate, LEAST_RATE, MOST_RATE));
    }
    if (channels < 1 || channels > MOST_CHANNELS) {
      throw new AudioException(
          name, "%d channels; 1 to %d are supported".formatted(channels, MOST_CHANNELS));
    }
  }

  /** Lossy codecs decode to floats, but carry no more than 16 bits' worth of their source. */
  private static SampleFormat sourceFormat(AVCodecContext codec) {
    int bits = Math.max(codec.bits_per_raw_sample(), codec.bits_per_coded_sample());
    boolean pcmFloat =
        codec.codec_id() >= avcodec.AV_CODEC_ID_PCM_S16LE
            && codec.codec_id() < avcodec.AV_CODEC_ID_ADPCM_IMA_QT
            && isFloat(codec.sample_fmt());
    if (pcmFloat) {
      return SampleFormat.FLOAT32;
    }
    return bits > 16 && !isFloat(codec.sample_fmt()) ? SampleFormat.INT24 : SampleFormat.INT16;
  }

  private static boolean isFloat(int sampleFormat) {
    return sampleFormat == AV_SAMPLE_FMT_FLT
        || sampleFormat == AV_SAMPLE_FMT_FLTP
        || sampleFormat == AV_SAMPLE_FMT_DBL
        || sampleFormat == AV_SAMPLE_FMT_DBLP;
  }

  private void openConverter() throws AudioException {
    toPlanarFloat = new SwrContext(null);
    int rate = format.sampleRate();
    try (var planar = Ffmpeg.layout(format.channels());
        var source = Ffmpeg.layout(format.channels())) {
      check(
          swr_alloc_set_opts2(
              toPlanarFloat,
              planar,
              AV_SAMPLE_FMT_FLTP,
              rate,
              source,
              codec.sample_fmt(),
              rate,
              0,
              null),
          "no sample converter");
      check(swr_init(toPlanarFloat), "no sample converter");
    }
  }

  @Override
  public AudioFormat format() {
    return format;
  }

  @Override
  public int read(float[][] into) throws IOException {
    while (available == 0) {
      if (!decodeFrame()) {
        return -1;
      }
    }
    int n = Math.min(available, into[0].length);
    for (int c = 0; c < format.channels(); c++) {
      decoded.get(c, position, into[c], 0, n);
      requireFinite(into[c], n, c);
    }
    samplesRead += n;
    position += n;
    available -= n;
    return n;
  }

  /** One NaN would spread over a whole frame, and from a feature dataset into all weights. */
  private void requireFinite(float[] samples, int length, int channel) throws AudioException {
    for (int i = 0; i < length; i++) {
      if (!Float.isFinite(samples[i])) {
        throw new AudioException(
            name, "sample %d of channel %d is %s".formatted(samplesRead + i, channel, samples[i]));
      }
    }
  }

  /** Decodes the next frame into the buffer; false at the end of the stream. */
  private boolean decodeFrame() throws IOException {
    while (true) {
      int received = avcodec_receive_frame(codec, frame);
      if (received == AVERROR_EOF()) {
        return false;
      }
      if (received != AVERROR_EAGAIN()) {
        check(received, "damaged audio data");
        convertFrame();
        return true;
      }
      sendPacket();
    }
  }

  private void sendPacket() throws IOException {
    int read = drained ? AVERROR_EOF() : av_read_frame(container, packet);
    if (read == AVERROR_EOF()) {
      if (input.failure() != null) {
        throw input.failure();
      }
      drained = true;
      avcodec_send_packet(codec, null);
      return;
    }
    check(read, "cannot be read further");
    try {
      if (packet.stream_index() == stream) {
        check(avcodec_send_packet(codec, packet), "damaged audio data");
      }
    } finally {
      av_packet_unref(packet);
    }
  }

  private void convertFrame() throws IOException {
    if (frame.sample_rate() != format.sampleRate()
        || frame.ch_layout().nb_channels() != format.channels()
        || frame.format() != codec.sample_fmt()) {
      throw new AudioException(name, "sample rate, channels or sample format change midway");
    }
    decoded.reserve(frame.nb_samples());
    available =
        check(
            swr_convert(
                toPlanarFloat,
                decoded.pointers(),
                frame.nb_samples(),
                frame.extended_data(),
                frame.nb_samples()),
            "samples cannot be converted");
    position = 0;
  }

  private int check(int code, String what) throws AudioException {
    if (code < 0 && input.failure() != null) {
      throw new AudioException(name, "storage failed: " + input.failure(), input.failure());
    }
    return Ffmpeg.check(code, name, what);
  }

  @Override
  public void close() throws IOException {
    if (frame == null) {
      return;
    }
    av_frame_free(frame);
    frame = null;
    av_packet_free(packet);
    packet = null;
    if (toPlanarFloat != null) {
      swr_free(toPlanarFloat);
    }
    if (codec != null) {
      avcodec_free_context(codec);
    }
    if (container != null) {
      avformat_close_input(container);
    }
    if (decoded != null) {
      decoded.close();
    }
    input.close();
  }
}
