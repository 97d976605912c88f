package io.stemspark.internal.ffmpeg;

import static org.bytedeco.ffmpeg.global.avcodec.*;
import static org.bytedeco.ffmpeg.global.avutil.AVMEDIA_TYPE_AUDIO;
import static org.bytedeco.ffmpeg.global.avutil.av_channel_layout_default;

import io.stemspark.audio.AudioException;
import io.stemspark.audio.AudioFormat;
import io.stemspark.audio.AudioReader;
import io.stemspark.audio.StorageException;
import io.stemspark.audio.Tags;
import io.stemspark.internal.audio.RangeReader;
import io.stemspark.internal.audio.SampleQueue;
import io.stemspark.internal.repair.FreeFormatMp3;
import io.stemspark.internal.repair.FreeFormatMp3.LameInfo;
import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.util.List;
import java.util.Optional;
import org.bytedeco.ffmpeg.avcodec.AVCodecParameters;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avutil.AVRational;

/** Decodes MP3 of free format, with all padding. {@link FreeFormatMp3} takes its frames apart. */
final class FreeFormatReader implements AudioReader {
  /** The delay of an MP3 decoder, in samples. */
  private static final int DECODER_DELAY = 529;

  /** FFmpeg's decoder ignores what a unit holds beyond this (MPA_MAX_CODED_FRAME_SIZE). */
  private static final int MAX_UNIT_BYTES = 1792;

  private final String name;
  private final SeekableByteChannel channel;
  private final FreeFormatMp3 frames;
  private final FfmpegDecoder decoder;
  private final Optional<LameInfo> info;
  private final AVPacket packet;
  private final SampleQueue decoded;
  private long units;
  private boolean flushed;
  private boolean closed;

  private FreeFormatReader(String name, SeekableByteChannel channel, FreeFormatMp3 frames)
      throws IOException {
    this.name = name;
    this.channel = channel;
    this.frames = frames;
    this.info = stored(name, frames::info);
    AVCodecParameters parameters = avcodec_parameters_alloc();
    try (AVRational clock = new AVRational().num(1).den(frames.sampleRate())) {
      parameters.codec_type(AVMEDIA_TYPE_AUDIO);
      parameters.codec_id(AV_CODEC_ID_MP3ADU);
      parameters.sample_rate(frames.sampleRate());
      av_channel_layout_default(parameters.ch_layout(), frames.channels());
      this.decoder = new FfmpegDecoder(name, parameters, clock);
    } finally {
      avcodec_parameters_free(parameters);
    }
    this.decoded = new SampleQueue(decoder.format().channels());
    this.packet = av_packet_alloc();
  }

  /**
   * Reads {@code channel}, which this reader then closes. Samples that the encoder has put before
   * and behind the audio are left out if it says how many there are.
   */
  static AudioReader open(String name, SeekableByteChannel channel, FreeFormatMp3 frames)
      throws IOException {
    try {
      FreeFormatReader all = new FreeFormatReader(name, channel, frames);
      return all.info.isPresent() ? withoutPadding(all, all.info.get()) : all;
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private static AudioReader withoutPadding(FreeFormatReader all, LameInfo info) {
    long from = (long) info.delay() + DECODER_DELAY;
    long gap = (long) info.delay() + info.padding();
    long length = Math.max(0, info.frames() * all.frames.samplesPerFrame() - gap);
    return new RangeReader(all, from, from + length);
  }

  @Override
  public AudioFormat format() {
    return decoder.format();
  }

  @Override
  public Tags tags() {
    return Tags.NONE;
  }

  /** Where the encoder says how many there are, {@link #withoutPadding} limits this. */
  @Override
  public long expectedSamples() {
    return info.isPresent() ? Long.MAX_VALUE : -1;
  }

  @Override
  public List<String> repairs() {
    return List.of(
        "it is MP3 of free format with %d bytes per frame, and its tags were not read"
            .formatted(frames.frameBytes()));
  }

  @Override
  public int read(float[][] into) throws IOException {
    if (decoded.size() == 0) {
      int received = decoder.receive(this::send);
      if (received < 0) {
        requireComplete();
        return -1;
      }
      decoded.add(decoder.samples().copy(received), 0, received);
    }
    return decoded.takeUpTo(into);
  }

  private void send() throws IOException {
    byte[] unit = flushed ? null : nextUnit();
    if (unit == null) {
      flushed = true;
      decoder.send(null);
      return;
    }
    units++;
    Ffmpeg.check(av_new_packet(packet, unit.length), name, "There is no memory for a frame");
    packet.data().put(unit);
    boolean sent = decoder.send(packet);
    av_packet_unref(packet);
    if (!sent) {
      throw new AudioException(name, "The audio data is damaged in frame %d.".formatted(units));
    }
  }

  private byte[] nextUnit() throws IOException {
    byte[] unit = stored(name, frames::next);
    if (unit != null && unit.length > MAX_UNIT_BYTES) {
      throw new AudioException(
          name,
          "Frame %d of this MP3 of free format has %d bytes. The decoder takes at most %d."
              .formatted(units + 1, unit.length, MAX_UNIT_BYTES));
    }
    return unit;
  }

  private interface Read<T> {
    T get() throws IOException;
  }

  /** Tells failures of storage from faults of the file. */
  private static <T> T stored(String name, Read<T> read) throws IOException {
    try {
      return read.get();
    } catch (AudioException e) {
      throw e;
    } catch (IOException e) {
      throw new StorageException(name, e);
    }
  }

  private void requireComplete() throws AudioException {
    if (info.isPresent() && units < info.get().frames()) {
      throw new AudioException(
          name,
          "The file is cut off: it has %d frames, but its header states %d."
              .formatted(units, info.get().frames()));
    }
  }

  @Override
  public void close() throws IOException {
    if (!closed) {
      closed = true;
      av_packet_free(packet);
      decoder.close();
      channel.close();
    }
  }
}
