package io.stemspark.internal.ffmpeg;

import static org.bytedeco.ffmpeg.global.avutil.av_version_info;

import io.stemspark.audio.AudioDecoder;
import io.stemspark.audio.AudioException;
import io.stemspark.audio.AudioFormat;
import io.stemspark.audio.AudioReader;
import io.stemspark.audio.StorageException;
import io.stemspark.audio.Tags;
import io.stemspark.internal.audio.SampleQueue;
import io.stemspark.internal.repair.FreeFormatMp3;
import io.stemspark.internal.repair.Id3Prefix;
import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.bytedeco.ffmpeg.avcodec.AVPacket;

/** Decodes one audio stream of anything that FFmpeg reads, in this process. */
public final class FfmpegReader implements AudioReader {
  /** Samples of padding that encoders leave at the end, at most. */
  private static final int MAX_PADDING = 4 * 1152;

  private static final int LARGEST_FRAME = 1 << 16;
  private static final int MAX_REJECTED = 8;

  private final String name;
  private final FfmpegDemuxer demuxer;
  private final FfmpegDecoder decoder;
  private Tags tags;
  private final OptionalLong declared;
  private final OptionalLong end;
  private final SampleQueue decoded;
  private long samplesRead;
  private long accepted;
  private long rejected;
  private boolean ended;

  private FfmpegReader(String name, FfmpegDemuxer demuxer) throws IOException {
    this.name = name;
    this.demuxer = demuxer;
    this.tags = demuxer.tags();
    this.declared = demuxer.declaredSamples();
    this.end = demuxer.end();
    this.decoder =
        new FfmpegDecoder(name, demuxer.stream().codecpar(), demuxer.stream().time_base());
    this.decoded = new SampleQueue(decoder.format().channels());
  }

  /** Opens a local file. */
  public static AudioReader open(Path file) throws IOException {
    return open(file.toString(), Files.newByteChannel(file), AudioDecoder.BEST_STREAM);
  }

  /** Opens audio as {@link AudioDecoder#open} does. */
  public static AudioReader open(String name, SeekableByteChannel channel, int stream)
      throws IOException {
    Optional<FreeFormatMp3> freeFormat;
    long prefix;
    try {
      freeFormat = FreeFormatMp3.find(name, channel);
      prefix = freeFormat.isPresent() ? 0 : Id3Prefix.length(channel);
    } catch (IOException e) {
      channel.close();
      throw new StorageException(name, e);
    }
    if (freeFormat.isPresent()) {
      return FreeFormatReader.open(name, channel, freeFormat.get());
    }
    FfmpegDemuxer demuxer = new FfmpegDemuxer(name, channel, prefix, stream);
    try {
      return new FfmpegReader(name, demuxer);
    } catch (IOException | RuntimeException e) {
      demuxer.close();
      throw e;
    }
  }

  /** The version of FFmpeg's libraries in this process. */
  public static String version() {
    return av_version_info().getString();
  }

  @Override
  public AudioFormat format() {
    return decoder.format();
  }

  @Override
  public Tags tags() {
    return tags;
  }

  /** Lets tags and cover go, which somebody else keeps. */
  public void forgetTags() {
    tags = Tags.NONE;
  }

  @Override
  public List<String> repairs() {
    return demuxer.repairs();
  }

  @Override
  public long expectedSamples() {
    return declared.isPresent() ? declared.getAsLong() : demuxer.estimatedSamples();
  }

  @Override
  public int read(float[][] into) throws IOException {
    if (decoded.size() == 0 && (ended || !decode())) {
      ended = true;
      return -1;
    }
    int n = decoded.takeUpTo(into);
    samplesRead += n;
    return n;
  }

  /** Decodes the next samples; false at the end of the stream. */
  private boolean decode() throws IOException {
    if (end.isPresent() && samplesRead >= end.getAsLong()) {
      if (demuxer.next() != null) {
        demuxer.noteMore(samplesRead);
      }
      return false;
    }
    long left = declared.isPresent() ? declared.getAsLong() - samplesRead : Long.MAX_VALUE;
    boolean atTheEnd = left < LARGEST_FRAME && left >= 0;
    // Near the declared end, enough is decoded to tell the encoder's padding from more audio.
    long wanted = atTheEnd ? left + MAX_PADDING : 1;
    while (decoded.size() < wanted) {
      int received = receive(atTheEnd && decoded.size() >= left);
      if (received < 0) {
        break;
      }
      decoded.add(decoder.samples().copy(received), 0, received);
    }
    if (atTheEnd && decoded.size() < wanted) {
      decoded.keep((int) Math.min(decoded.size(), left));
    }
    if (end.isPresent() && decoded.size() > end.getAsLong() - samplesRead) {
      decoded.keep((int) (end.getAsLong() - samplesRead));
      demuxer.noteMore(end.getAsLong());
    }
    if (decoded.size() == 0) {
      requireComplete();
    }
    return decoded.size() > 0;
  }

  /**
   * The next samples of the decoder, or -1 at the end.
   *
   * @param beyondTheEnd whether all declared samples have come; data that is not audio is then no
   *     damage
   */
  private int receive(boolean beyondTheEnd) throws IOException {
    try {
      return decoder.receive(this::sendPacket);
    } catch (AudioException e) {
      if (beyondTheEnd && !demuxer.isOgg()) {
        return -1;
      }
      throw e;
    }
  }

  private void sendPacket() throws IOException {
    AVPacket packet = demuxer.next();
    if (decoder.send(packet)) {
      accepted++;
      return;
    }
    rejected++;
    // A bare stream may have tags at its end and, where streams were joined, between them.
    if (!demuxer.isBare() || rejected > MAX_REJECTED + accepted / 10) {
      throw new AudioException(
          name, "The audio data is damaged after sample %d.".formatted(samplesRead));
    }
  }

  private void requireComplete() throws AudioException {
    if (declared.isPresent() && samplesRead < declared.getAsLong() - demuxer.rounding()) {
      throw new AudioException(
          name,
          "The file is cut off: it ends after %d samples, but its header states %d."
              .formatted(samplesRead, declared.getAsLong()));
    }
  }

  @Override
  public void close() throws IOException {
    decoder.close();
    demuxer.close();
  }
}
