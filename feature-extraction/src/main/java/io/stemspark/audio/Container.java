package io.stemspark.audio;

import static org.bytedeco.ffmpeg.global.avcodec.*;

import java.util.List;
import java.util.Locale;

/**
 * The kinds of file that can be written. The lossy ones and those of MP4 are for one or two
 * channels: encoders and decoders do not agree on the order of more.
 */
public enum Container {
  /** PCM; RF64 beyond 4 GiB. */
  WAV("wav", 32),
  FLAC("flac", 8),
  MP3("mp3", 2),
  /** Opus, in files whose name ends in ogg. */
  OGG("ogg", 2),
  OPUS("opus", 2),
  /** AAC. */
  M4A("ipod", 2),
  /** Apple Lossless, in files whose name ends in m4a. */
  ALAC("ipod", 2),
  /** AAC, in one file for the mixture and four stems, as Native Instruments has it. */
  STEM_MP4("ipod", 2),
  /** The same in Apple Lossless. */
  STEM_ALAC("ipod", 2);

  private static final List<Integer> MPEG_RATES =
      List.of(8000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000);

  private final String muxer;
  private final int mostChannels;

  /**
   * @param muxer FFmpeg's name of the format
   */
  Container(String muxer, int mostChannels) {
    this.muxer = muxer;
    this.mostChannels = mostChannels;
  }

  /** The end of a file's name, without a dot. */
  public String extension() {
    return switch (this) {
      case ALAC -> "m4a";
      case STEM_MP4, STEM_ALAC -> "stem.mp4";
      default -> name().toLowerCase(Locale.ROOT);
    };
  }

  /** Whether a file of it holds all stems of a track. */
  public boolean holdsAllStems() {
    return this == STEM_MP4 || this == STEM_ALAC;
  }

  /** The kind of file that each of its streams would be alone. */
  public Container ofStreams() {
    return switch (this) {
      case STEM_MP4 -> M4A;
      case STEM_ALAC -> ALAC;
      default -> this;
    };
  }

  /** Whether the same samples come out of it as went in. */
  public boolean isLossless() {
    return this == WAV || this == FLAC || this == ALAC || this == STEM_ALAC;
  }

  /** Whether a file of it may have no samples. */
  public boolean mayBeEmpty() {
    return this == WAV || this == FLAC;
  }

  /** Whether it holds floats beyond full scale, and as precise as they are. */
  public boolean holdsFloats() {
    return this == WAV;
  }

  /** The sample format in which it stores samples of {@code source}. */
  public SampleFormat nearest(SampleFormat source) {
    return switch (this) {
      case WAV -> source;
      case FLAC, ALAC, STEM_ALAC -> source == SampleFormat.FLOAT32 ? SampleFormat.INT24 : source;
      case MP3, OGG, OPUS, M4A, STEM_MP4 -> SampleFormat.FLOAT32;
    };
  }

  /**
   * {@code sampleRate} if it can be stored, else the next higher one that can, else the highest.
   */
  public int nearestRate(int sampleRate) {
    return switch (this) {
      case WAV, FLAC, ALAC, STEM_ALAC -> sampleRate;
      case OGG, OPUS -> 48_000;
      case MP3 -> nextOf(MPEG_RATES, sampleRate);
      case M4A, STEM_MP4 ->
          sampleRate <= 48_000
              ? nextOf(MPEG_RATES, sampleRate)
              : nextOf(List.of(64_000, 88_200, 96_000), sampleRate);
    };
  }

  private static int nextOf(List<Integer> ascending, int sampleRate) {
    return ascending.stream()
        .filter(rate -> rate >= sampleRate)
        .findFirst()
        .orElse(ascending.get(ascending.size() - 1));
  }

  /**
   * Checks that it holds audio of so many channels.
   *
   * @param file how the message names what is written
   * @throws AudioException when it does not
   */
  public void requireChannels(String file, int channels) throws AudioException {
    if (channels > mostChannels) {
      throw new AudioException(
          file,
          "The audio has %d channels, but %s holds 1 to %d."
              .formatted(channels, extension(), mostChannels));
    }
  }

  /** FFmpeg's name of the muxer. */
  public String muxer() {
    return muxer;
  }

  /** FFmpeg's number of the codec that stores such samples. */
  public int codec(SampleFormat sampleFormat) {
    return switch (this) {
      case WAV ->
          switch (sampleFormat) {
            case INT16 -> AV_CODEC_ID_PCM_S16LE;
            case INT24 -> AV_CODEC_ID_PCM_S24LE;
            case FLOAT32 -> AV_CODEC_ID_PCM_F32LE;
          };
      case FLAC -> AV_CODEC_ID_FLAC;
      case ALAC, STEM_ALAC -> AV_CODEC_ID_ALAC;
      case MP3 -> AV_CODEC_ID_MP3;
      case OGG, OPUS -> AV_CODEC_ID_OPUS;
      case M4A, STEM_MP4 -> AV_CODEC_ID_AAC;
    };
  }
}
