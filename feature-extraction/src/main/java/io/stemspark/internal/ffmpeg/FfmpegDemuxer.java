package io.stemspark.internal.ffmpeg;

import static org.bytedeco.ffmpeg.global.avcodec.*;
import static org.bytedeco.ffmpeg.global.avformat.*;
import static org.bytedeco.ffmpeg.global.avutil.*;

import io.stemspark.audio.AudioDecoder;
import io.stemspark.audio.AudioException;
import io.stemspark.audio.StorageException;
import io.stemspark.audio.Tags;
import io.stemspark.internal.repair.StatedSize;
import io.stemspark.internal.repair.WaveChunks;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.channels.SeekableByteChannel;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecParameters;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;

/** Opens a container, chooses an audio stream, and reads its packets. */
final class FfmpegDemuxer implements AutoCloseable {
  /** Containers that state an audio stream's length to the sample, without the encoder delay. */
  private static final Set<String> EXACT =
      Set.of("mov,mp4,m4a,3gp,3g2,mj2", "mp3", "ogg", "flac", "wv", "au");

  /** Those of them that round to milliseconds or to frames, or count a frame too many. */
  private static final Set<String> ROUNDED = Set.of("mov,mp4,m4a,3gp,3g2,mj2", "mp3");

  private static final double ROUNDING_SECONDS = 0.1;

  /** Streams without a container, at whose end other data (tags, padding) is common. */
  private static final Set<String> BARE = Set.of("mp3", "aac", "loas", "ac3", "eac3");

  /**
   * Number of packets in which FFmpeg looks for DTS, which a 16-bit WAV file may hold. Its default
   * of 32 takes longer than decoding four minutes of samples; 8 are 0.7 seconds. Streams of other
   * containers, whose codecs may have to be guessed, keep FFmpeg's default.
   */
  private static final String MAX_PROBED = "8";

  private static final String NOT_READABLE = "The file is not readable as audio";

  private final String name;
  private final ChannelInput input;
  private AVFormatContext container;
  private AVPacket packet;
  private final int stream;

  private final Set<String> repairs = new LinkedHashSet<>();
  private Optional<WaveChunks> wave = Optional.empty();
  private boolean ended;

  /**
   * Opens {@code channel}, which the demuxer then closes.
   *
   * @param prefix bytes of tags before the file proper
   * @param choice which audio stream, counted from 0, or {@link AudioDecoder#BEST_STREAM}
   */
  FfmpegDemuxer(String name, SeekableByteChannel channel, long prefix, int choice)
      throws IOException {
    SeekableByteChannel file = prefix == 0 ? channel : new ShiftedChannel(channel, prefix);
    this.name = name;
    this.input = new ChannelInput(checked(file));
    this.container = avformat_alloc_context();
    this.packet = av_packet_alloc();
    try {
      if (prefix > 0) {
        repairs.add("%d bytes of ID3 tags before the file were skipped".formatted(prefix));
      }
      openContainer();
      stream = choice == AudioDecoder.BEST_STREAM ? best() : nth(choice);
      discardOthers();
    } catch (IOException | RuntimeException e) {
      close();
      throw e;
    }
  }

  /** The file, as FFmpeg is to see it. */
  private SeekableByteChannel checked(SeekableByteChannel channel) throws IOException {
    try {
      wave = WaveChunks.of(channel);
      StatedSize.requireWhole(name, channel, wave);
      if (wave.isPresent() && wave.get().parts() > 1) {
        throw new AudioException(
            name, "The file has %d chunks of samples. Expected one.".formatted(wave.get().parts()));
      }
      Optional<WaveChunks.Chunk> low =
          wave.isPresent() ? wave.get().lowSamples() : Optional.empty();
      if (low.isPresent()) {
        repairs.add("its samples of 24 bits lie in the lower bytes of 32, and were moved up");
        return new RaisedChannel(channel, low.get());
      }
      return channel;
    } catch (AudioException e) {
      channel.close();
      throw e;
    } catch (IOException e) {
      channel.close();
      throw new StorageException(name, e);
    }
  }

  /** Unwanted streams, such as the pictures of a film, are not even read where that is possible. */
  private void discardOthers() {
    for (int i = 0; i < container.nb_streams(); i++) {
      if (i != stream) {
        container.streams(i).discard(AVDISCARD_ALL);
      }
    }
  }

  private void openContainer() throws IOException {
    container.pb(input.context);
    AVDictionary options = new AVDictionary(null);
    // A playlist or reference inside an untrusted file must not open other files or URLs.
    av_dict_set(options, "protocol_whitelist", "none", 0);
    if (wave.isPresent() && wave.get().isOfUnknownLength()) {
      av_dict_set(options, "ignore_length", "1", 0);
      repairs.add("its header does not state its length, so it was read to its end");
    }
    if (wave.isPresent()) {
      av_dict_set(options, "max_probe_packets", MAX_PROBED, 0);
    }
    int opened = avformat_open_input(container, "", null, options);
    av_dict_free(options);
    if (opened < 0) {
      container = null;
    }
    check(opened, NOT_READABLE);
    if (wave.isPresent()) {
      orderBytes(wave.get());
      alignFrames();
    }
    check(avformat_find_stream_info(container, (AVDictionary) null), NOT_READABLE);
    wave.flatMap(WaveChunks::integers).ifPresent(this::correct);
    requirePacked();
  }

  /** FFmpeg reads the header of RIFX correctly, but its samples as if they were those of RIFF. */
  private void orderBytes(WaveChunks chunks) {
    AVCodecParameters parameters = container.streams(0).codecpar();
    if (chunks.order() == ByteOrder.BIG_ENDIAN) {
      parameters.codec_id(
          switch (parameters.codec_id()) {
            case AV_CODEC_ID_PCM_S16LE -> AV_CODEC_ID_PCM_S16BE;
            case AV_CODEC_ID_PCM_S24LE -> AV_CODEC_ID_PCM_S24BE;
            case AV_CODEC_ID_PCM_S32LE -> AV_CODEC_ID_PCM_S32BE;
            case AV_CODEC_ID_PCM_F32LE -> AV_CODEC_ID_PCM_F32BE;
            case AV_CODEC_ID_PCM_F64LE -> AV_CODEC_ID_PCM_F64BE;
            default -> parameters.codec_id();
          });
    }
  }

  /** The size of a PCM frame follows from its samples, whatever else the header says. */
  private void alignFrames() {
    AVCodecParameters parameters = container.streams(0).codecpar();
    int frame = pcmFrame(parameters);
    if (parameters.block_align() < frame) {
      repairs.add(
          "its header states frames of %d bytes, but their samples take %d"
              .formatted(parameters.block_align(), frame));
      parameters.block_align(frame);
    }
  }

  /** FFmpeg takes 24 bits in 32 for packed 24 bits where only the size of a frame tells. */
  private void requirePacked() throws AudioException {
    for (int i = 0; i < container.nb_streams(); i++) {
      AVCodecParameters parameters = container.streams(i).codecpar();
      int frame = pcmFrame(parameters);
      if (format().equals("caf") && frame > 0 && parameters.block_align() != frame) {
        throw new AudioException(
            name,
            "Its frames have %d bytes, but the samples of one take %d. Such a CAF file cannot be read."
                .formatted(parameters.block_align(), frame));
      }
    }
  }

  /** Bytes of a PCM frame; 0 for other codecs. */
  private static int pcmFrame(AVCodecParameters parameters) {
    int bits = av_get_exact_bits_per_sample(parameters.codec_id());
    return isPcm(parameters.codec_id()) ? bits / 8 * parameters.ch_layout().nb_channels() : 0;
  }

  /** Corrects the codec: FFmpeg goes by valid bits, and takes 24 in 32 for an old float format. */
  private void correct(WaveChunks.Integers format) {
    AVCodecParameters parameters = container.streams(0).codecpar();
    if (!isPcm(parameters.codec_id())) {
      return; // FFmpeg has found that the samples are a stream of packets, such as AC-3 or DTS.
    }
    int codec =
        switch (format.bytesPerSample()) {
          case 2 -> AV_CODEC_ID_PCM_S16LE;
          case 3 -> AV_CODEC_ID_PCM_S24LE;
          case 4 -> AV_CODEC_ID_PCM_S32LE;
          default -> parameters.codec_id();
        };
    if (codec != parameters.codec_id()) {
      parameters.codec_id(codec);
      parameters.bits_per_coded_sample(8 * format.bytesPerSample());
      parameters.bits_per_raw_sample(format.validBits());
      repairs.add(
          "integers of %d bits in %d were read as the header says"
              .formatted(format.validBits(), 8 * format.bytesPerSample()));
    }
  }

  /** Notes, once, that something follows the samples that the header states. */
  void noteMore(long samples) {
    repairs.add(
        "its header states %d samples, and what follows them was left out".formatted(samples));
  }

  /** The repairs so far. */
  List<String> repairs() {
    return List.copyOf(repairs);
  }

  private int best() throws AudioException {
    return Ffmpeg.check(
        av_find_best_stream(container, AVMEDIA_TYPE_AUDIO, -1, -1, (AVCodec) null, 0),
        name,
        "There is no audio stream");
  }

  private int nth(int choice) throws AudioException {
    int found = 0;
    for (int i = 0; i < container.nb_streams(); i++) {
      if (container.streams(i).codecpar().codec_type() == AVMEDIA_TYPE_AUDIO) {
        if (found == choice) {
          return i;
        }
        found++;
      }
    }
    throw new AudioException(
        name,
        "There is no audio stream number %d. The file has %d, counted from 0."
            .formatted(choice, found));
  }

  AVStream stream() {
    return container.streams(stream);
  }

  /** The length that the file states for its stream, where that is exact. */
  OptionalLong declaredSamples() {
    AVStream selected = stream();
    boolean known =
        EXACT.contains(format())
            && container.duration_estimation_method() == AVFMT_DURATION_FROM_STREAM
            && selected.duration() != AV_NOPTS_VALUE
            // A recording of a running stream counts from the stream's beginning.
            && !(isOgg() && selected.start_time() > 0);
    if (!known) {
      return OptionalLong.empty();
    }
    long samples =
        av_rescale_rnd(
            selected.duration(),
            (long) selected.time_base().num() * selected.codecpar().sample_rate(),
            selected.time_base().den(),
            AV_ROUND_NEAR_INF);
    // Ogg's duration includes Opus' pre-skip.
    int delay = isOgg() ? selected.codecpar().initial_padding() : 0;
    return OptionalLong.of(Math.max(0, samples - delay));
  }

  /** Number of samples after which the audio ends, whatever follows; empty if it is not stated. */
  OptionalLong end() {
    if (wave.isPresent() && wave.get().isEmpty() && !wave.get().isOfUnknownLength()) {
      return OptionalLong.of(0);
    }
    return format().equals("au") ? declaredSamples() : OptionalLong.empty();
  }

  /** About how many samples the stream has, perhaps by its bit rate; less than 0 if unknown. */
  long estimatedSamples() {
    long duration = container.duration();
    return duration == AV_NOPTS_VALUE
        ? -1
        : av_rescale(duration, stream().codecpar().sample_rate(), AV_TIME_BASE);
  }

  /** Samples by which a complete stream may be shorter than it is declared. */
  long rounding() {
    return ROUNDED.contains(format())
        ? Math.round(ROUNDING_SECONDS * stream().codecpar().sample_rate())
        : 0;
  }

  /** Whether this is Ogg, in which several streams may follow each other in one file. */
  boolean isOgg() {
    return format().equals("ogg");
  }

  /** Whether this is a stream without a container. */
  boolean isBare() {
    return BARE.contains(format());
  }

  private String format() {
    return container.iformat().name().getString();
  }

  Tags tags() {
    return FfmpegTags.read(container, stream());
  }

  /** The stream's next packet, valid until the next call, or null at the end. */
  AVPacket next() throws IOException {
    while (true) {
      av_packet_unref(packet);
      int read = av_read_frame(container, packet);
      // FFmpeg takes a failure for the end of the file, and passes half a packet on.
      requireStorage();
      if (read == AVERROR_EOF()) {
        return null;
      }
      check(read, "The file cannot be read further");
      if (packet.stream_index() == stream && !isCutToNothing()) {
        return packet;
      }
    }
  }

  /**
   * Cuts PCM that ends within a frame, because a recording was stopped or a byte was lost. All
   * whole frames of it are good.
   *
   * @throws AudioException when more follows, which then begins within a frame
   */
  private boolean isCutToNothing() throws AudioException {
    int frame = pcmFrame(stream().codecpar());
    if (frame < 1) {
      return false;
    }
    if (ended) {
      throw new AudioException(
          name, "The file is damaged: its PCM goes on after an incomplete frame.");
    }
    int odd = packet.size() % frame;
    if (odd == 0) {
      return false;
    }
    ended = true;
    repairs.add("it ends within a frame: the last %d bytes were left out".formatted(odd));
    av_shrink_packet(packet, packet.size() - odd);
    return packet.size() == 0;
  }

  private static boolean isPcm(int codec) {
    return codec >= AV_CODEC_ID_FIRST_AUDIO && codec < AV_CODEC_ID_ADPCM_IMA_QT;
  }

  private int check(int code, String what) throws IOException {
    requireStorage();
    return Ffmpeg.check(code, name, what);
  }

  private void requireStorage() throws StorageException {
    IOException failure = input.failure();
    if (failure != null) {
      throw new StorageException(name, failure);
    }
  }

  @Override
  public void close() throws IOException {
    if (packet == null) {
      return;
    }
    av_packet_free(packet);
    packet = null;
    if (container != null) {
      avformat_close_input(container);
    }
    input.close();
  }
}
