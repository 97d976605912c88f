package io.stemspark.internal.ffmpeg;

import static org.bytedeco.ffmpeg.global.avcodec.*;
import static org.bytedeco.ffmpeg.global.avutil.*;

import io.stemspark.audio.AudioException;
import io.stemspark.audio.AudioFormat;
import io.stemspark.audio.AudioWriter;
import io.stemspark.audio.Container;
import io.stemspark.audio.Encoding;
import io.stemspark.audio.SampleFormat;
import io.stemspark.audio.Tags;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avutil.AVChannelLayout;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;
import org.bytedeco.javacpp.SizeTPointer;

/** Encodes a local file of any {@link Container}. */
public final class FfmpegWriter implements AudioWriter {
  private static final int PCM_FRAME = 4096;
  private static final float MOST_LOSSY = 256;
  private static final int PADDING_OFFSET = 4;

  private final String name;
  private final Container kind;
  private final AudioFormat format;
  private final FfmpegMuxer muxer;
  private AVCodecContext codec;
  private AVPacket packet = av_packet_alloc();
  private AVFrame frame = av_frame_alloc();
  private PlanarBuffer planar;
  private SampleConverter toFrame;
  private int frameLength;
  private int filled;
  private long written;
  private int padding;

  private FfmpegWriter(Path file, Encoding encoding, AudioFormat format, Tags tags)
      throws IOException {
    this.name = file.toString();
    this.kind = encoding.container();
    this.format = format;
    this.muxer = new FfmpegMuxer(file, kind);
    try {
      openCodec(encoding);
      muxer.start(codec, kind, tags);
      allocateFrame();
    } catch (IOException | RuntimeException e) {
      release();
      throw e;
    }
  }

  /**
   * Creates or replaces {@code file}. Where the container cannot hold the format's sample rate, the
   * audio is resampled to the nearest one that it can.
   *
   * <p>Samples are rounded to 16-bit integers, but cut off to 24-bit ones. That shows only where
   * they do not lie on the steps already.
   *
   * @param format with the {@linkplain Container#nearest sample format} of the container
   * @throws AudioException when the container cannot hold that many channels
   */
  public static AudioWriter create(Path file, Encoding encoding, AudioFormat format, Tags tags)
      throws IOException {
    Container container = encoding.container();
    if (container.nearest(format.sampleFormat()) != format.sampleFormat()) {
      throw new IllegalArgumentException(
          "%s cannot hold %s samples.".formatted(container, format.sampleFormat()));
    }
    container.requireChannels(file.toString(), format.channels());
    int rate = container.nearestRate(format.sampleRate());
    if (rate == format.sampleRate()) {
      return new FfmpegWriter(file, encoding, format, tags);
    }
    Resampler resampler = new Resampler(format.channels(), format.sampleRate(), rate);
    try {
      AudioWriter stored = new FfmpegWriter(file, encoding, format.withSampleRate(rate), tags);
      return new ResamplingWriter(format, resampler, stored);
    } catch (IOException | RuntimeException e) {
      resampler.close();
      throw e;
    }
  }

  private void openCodec(Encoding encoding) throws AudioException {
    // FFmpeg's own Opus encoder, which it would take first, is experimental.
    AVCodec encoder =
        kind.codec(format.sampleFormat()) == AV_CODEC_ID_OPUS
            ? avcodec_find_encoder_by_name("libopus")
            : avcodec_find_encoder(kind.codec(format.sampleFormat()));
    codec = avcodec_alloc_context3(encoder);
    codec.sample_rate(format.sampleRate());
    codec.time_base().num(1).den(format.sampleRate());
    codec.sample_fmt(sampleFormat());
    codec.bits_per_raw_sample(kind.isLossless() ? format.sampleFormat().bits() : 0);
    codec.bit_rate(encoding.bitRate(format.channels()));
    if (kind == Container.FLAC) {
      codec.compression_level(encoding.quality());
    }
    if (muxer.wantsGlobalHeader()) {
      codec.flags(codec.flags() | AV_CODEC_FLAG_GLOBAL_HEADER);
    }
    try (var layout = layoutFor(encoder)) {
      av_channel_layout_copy(codec.ch_layout(), layout);
    }
    check(avcodec_open2(codec, encoder, (AVDictionary) null), "The encoder does not start");
    frameLength = codec.frame_size() > 0 ? codec.frame_size() : PCM_FRAME;
    planar = new PlanarBuffer(format.channels());
    planar.reserve(frameLength);
    toFrame = new SampleConverter(name, format, AV_SAMPLE_FMT_FLTP, codec.sample_fmt());
  }

  /**
   * The format's layout if the encoder takes it, else the usual one; the channels stay in order.
   */
  private AVChannelLayout layoutFor(AVCodec encoder) {
    AVChannelLayout wanted = Ffmpeg.layout(format);
    try (PointerPointer<AVChannelLayout> list = new PointerPointer<>(1);
        IntPointer count = new IntPointer(1)) {
      avcodec_get_supported_config(codec, encoder, AV_CODEC_CONFIG_CHANNEL_LAYOUT, 0, list, count);
      Pointer supported = list.get();
      if (supported == null || supported.isNull()) {
        return wanted;
      }
      AVChannelLayout layouts = new AVChannelLayout(supported);
      for (int i = 0; i < count.get(); i++) {
        if (av_channel_layout_compare(layouts.getPointer(i), wanted) == 0) {
          return wanted;
        }
      }
      wanted.close();
      return Ffmpeg.layout(format.channels());
    }
  }

  private int sampleFormat() {
    return switch (kind) {
      case WAV, FLAC ->
          switch (format.sampleFormat()) {
            case INT16 -> AV_SAMPLE_FMT_S16;
            case INT24 -> AV_SAMPLE_FMT_S32;
            case FLOAT32 -> AV_SAMPLE_FMT_FLT;
          };
      case OGG, OPUS -> AV_SAMPLE_FMT_FLT;
      case ALAC, STEM_ALAC ->
          format.sampleFormat() == SampleFormat.INT16 ? AV_SAMPLE_FMT_S16P : AV_SAMPLE_FMT_S32P;
      case MP3, M4A, STEM_MP4 -> AV_SAMPLE_FMT_FLTP;
    };
  }

  private void allocateFrame() throws AudioException {
    frame.nb_samples(frameLength);
    frame.format(codec.sample_fmt());
    frame.sample_rate(format.sampleRate());
    av_channel_layout_copy(frame.ch_layout(), codec.ch_layout());
    check(av_frame_get_buffer(frame, 0), "There is no memory for a frame");
  }

  @Override
  public AudioFormat format() {
    return format;
  }

  @Override
  public void write(float[][] samples, int length) throws IOException {
    requireLevel(samples, length);
    for (int done = 0; done < length; ) {
      int n = Math.min(length - done, frameLength - filled);
      planar.put(samples, done, filled, n);
      filled += n;
      done += n;
      if (filled == frameLength) {
        encodeFrame();
      }
    }
  }

  /** Far beyond full scale LAME ends the whole process, and FFmpeg's AAC encoder never returns. */
  private void requireLevel(float[][] samples, int length) throws AudioException {
    for (int c = 0; c < samples.length && !kind.isLossless(); c++) {
      for (int i = 0; i < length; i++) {
        if (!(Math.abs(samples[c][i]) <= MOST_LOSSY)) {
          throw new AudioException(
              name,
              "A sample is %.3g times full scale, but %s holds at most %.0f times."
                  .formatted(samples[c][i], kind.extension(), MOST_LOSSY));
        }
      }
    }
  }

  private void encodeFrame() throws IOException {
    check(av_frame_make_writable(frame), "There is no memory for a frame");
    frame.nb_samples(filled);
    frame.pts(written);
    toFrame.convert(planar, frame);
    written += filled;
    filled = 0;
    check(avcodec_send_frame(codec, frame), "The samples cannot be encoded");
    writePackets();
  }

  private void writePackets() throws IOException {
    while (true) {
      int received = avcodec_receive_packet(codec, packet);
      if (received == AVERROR_EAGAIN() || received == AVERROR_EOF()) {
        return;
      }
      check(received, "The samples cannot be encoded");
      sumPadding();
      muxer.write(packet, codec);
    }
  }

  /**
   * The encoder says for each packet how many of its last samples are padding. Where padding spans
   * two packets, the MP3 muxer would write only that of the last one into the header.
   */
  private void sumPadding() {
    try (SizeTPointer size = new SizeTPointer(1)) {
      BytePointer skip = av_packet_get_side_data(packet, AV_PKT_DATA_SKIP_SAMPLES, size);
      if (skip != null && size.get() >= PADDING_OFFSET + Integer.BYTES) {
        ByteBuffer fields = skip.capacity(size.get()).asByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
        padding += fields.getInt(PADDING_OFFSET);
        fields.putInt(PADDING_OFFSET, padding);
      }
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
      requireSamples();
      check(avcodec_send_frame(codec, null), "The encoder cannot be flushed");
      writePackets();
      muxer.finish();
    } finally {
      release();
    }
  }

  /** Without samples, other containers are unreadable, or their encoders cannot end them. */
  private void requireSamples() throws AudioException {
    if (written == 0 && !kind.mayBeEmpty()) {
      throw new AudioException(
          name, "There are no samples, and %s holds no empty track.".formatted(kind.extension()));
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
    if (planar != null) {
      planar.close();
    }
    if (toFrame != null) {
      toFrame.close();
    }
    muxer.close();
  }
}
