package io.stemspark.internal.ffmpeg;

import static org.bytedeco.ffmpeg.global.avcodec.*;
import static org.bytedeco.ffmpeg.global.avutil.*;

import io.stemspark.audio.AudioException;
import io.stemspark.audio.AudioFormat;
import io.stemspark.audio.SampleFormat;
import java.io.IOException;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVCodecParameters;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.avutil.AVRational;

/** Turns packets into planar float samples. */
final class FfmpegDecoder implements AutoCloseable {
  private final String name;
  private AVCodecContext codec;
  private SampleConverter toPlanarFloat;
  private AVFrame frame = av_frame_alloc();
  private PlanarBuffer samples;
  private AudioFormat format;

  /** What the converter reads; the codec's own field changes with what it decodes. */
  private int decodedFormat;

  FfmpegDecoder(String name, AVCodecParameters parameters, AVRational clock) throws IOException {
    this.name = name;
    try {
      openCodec(parameters, clock);
    } catch (IOException | RuntimeException e) {
      close();
      throw e;
    }
  }

  private void openCodec(AVCodecParameters parameters, AVRational clock) throws IOException {
    AVCodec decoder = avcodec_find_decoder(parameters.codec_id());
    if (decoder == null) {
      throw new AudioException(name, "There is no decoder for its codec.");
    }
    codec = avcodec_alloc_context3(decoder);
    check(avcodec_parameters_to_context(codec, parameters), "The codec parameters are bad");
    // Encoder delay and padding are trimmed by the decoder, which needs the stream's clock for it.
    codec.pkt_timebase(clock);
    codec.thread_count(1);
    check(avcodec_open2(codec, decoder, (AVDictionary) null), "The decoder does not start");
    int channels = codec.ch_layout().nb_channels();
    if (codec.sample_fmt() == AV_SAMPLE_FMT_NONE || codec.sample_rate() < 1 || channels < 1) {
      throw new AudioException(
          name,
          "The file is damaged: neither its header nor its data gives its sample format, sample"
              + " rate and channels.");
    }
    format =
        new AudioFormat(
            codec.sample_rate(), channels, sourceFormat(codec), Ffmpeg.nameOf(codec.ch_layout()));
    format.requireSupported(name);
    samples = new PlanarBuffer(channels);
    decodedFormat = codec.sample_fmt();
    toPlanarFloat = new SampleConverter(name, format, decodedFormat, AV_SAMPLE_FMT_FLTP);
  }

  /** Lossy codecs may decode to floats, but carry no more than 16 bits' worth of their source. */
  private static SampleFormat sourceFormat(AVCodecContext codec) {
    boolean lossless =
        (avcodec_descriptor_get(codec.codec_id()).props() & AV_CODEC_PROP_LOSSLESS) != 0;
    if (!lossless) {
      return SampleFormat.INT16;
    }
    int packed = av_get_packed_sample_fmt(codec.sample_fmt());
    if (packed == AV_SAMPLE_FMT_FLT || packed == AV_SAMPLE_FMT_DBL) {
      return SampleFormat.FLOAT32;
    }
    int bits = Math.max(codec.bits_per_raw_sample(), codec.bits_per_coded_sample());
    return bits > 16 ? SampleFormat.INT24 : SampleFormat.INT16;
  }

  AudioFormat format() {
    return format;
  }

  /**
   * Takes the next packet; null ends the stream.
   *
   * @return whether it could be decoded
   */
  boolean send(AVPacket packet) {
    return avcodec_send_packet(codec, packet) >= 0;
  }

  /** The samples of the last call that received some. */
  PlanarBuffer samples() {
    return samples;
  }

  /** Where packets come from. */
  interface Source {
    /** {@linkplain #send Sends} the next packet, or the end. */
    void sendNext() throws IOException;
  }

  /**
   * Decodes the next samples.
   *
   * @param source is asked whenever another packet is needed
   * @return samples per channel; -1 at the end
   */
  int receive(Source source) throws IOException {
    while (true) {
      int received = avcodec_receive_frame(codec, frame);
      if (received == AVERROR_EOF()) {
        return -1;
      }
      if (received == AVERROR_EAGAIN()) {
        source.sendNext();
        continue;
      }
      check(received, "The audio data is damaged");
      // A frame that encoder delay fills is trimmed to nothing.
      if (frame.nb_samples() > 0) {
        return convert();
      }
    }
  }

  private int convert() throws IOException {
    if (frame.sample_rate() != format.sampleRate()
        || frame.ch_layout().nb_channels() != format.channels()
        || frame.format() != decodedFormat) {
      throw new AudioException(name, "The sample rate, channels or sample format change midway.");
    }
    toPlanarFloat.convert(frame, samples);
    return frame.nb_samples();
  }

  private int check(int code, String what) throws AudioException {
    return Ffmpeg.check(code, name, what);
  }

  @Override
  public void close() {
    if (frame == null) {
      return;
    }
    av_frame_free(frame);
    frame = null;
    if (toPlanarFloat != null) {
      toPlanarFloat.close();
    }
    if (codec != null) {
      avcodec_free_context(codec);
    }
    if (samples != null) {
      samples.close();
    }
  }
}
