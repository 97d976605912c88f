package io.stemspark.audio;

import static org.bytedeco.ffmpeg.global.avutil.av_version_info;

import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import org.bytedeco.ffmpeg.avcodec.AVPacket;

/** Decodes one audio stream of anything that FFmpeg reads, in this process. */
public final class FfmpegReader implements AudioReader {
  /** The stream that FFmpeg holds for the main one. */
  public static final int BEST_STREAM = -1;

  private final String name;
  private final FfmpegDemuxer demuxer;
  private final FfmpegDecoder decoder;
  private final AudioFormat format;
  private final Tags tags;
  private final OptionalLong declared;
  private int position;
  private int available;
  private long samplesRead;
  private boolean damaged;
  private boolean ended;
  private boolean closed;

  private FfmpegReader(String name, FfmpegDemuxer demuxer) throws IOException {
    this.name = name;
    this.demuxer = demuxer;
    this.decoder = FfmpegDecoder.open(name, demuxer.stream());
    this.format = decoder.format();
    this.tags = demuxer.tags();
    this.declared = demuxer.declaredSamples();
  }

  /** Opens a local file. */
  public static AudioReader open(Path file) throws IOException {
    return open(file.toString(), Files.newByteChannel(file), BEST_STREAM);
  }

  /**
   * Opens audio from any seekable source; the reader closes it.
   *
   * @param name what errors call it
   * @param stream which of its audio streams, counted from 0, or {@link #BEST_STREAM}
   * @throws AudioException when there is no audio that can be decoded
   */
  public static AudioReader open(String name, SeekableByteChannel channel, int stream)
      throws IOException {
    FfmpegDemuxer demuxer = FfmpegDemuxer.open(name, channel, stream);
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
    return format;
  }

  @Override
  public Tags tags() {
    return tags;
  }

  @Override
  public int read(float[][] into) throws IOException {
    while (available == 0) {
      if (ended || !decode()) {
        ended = true;
        return -1;
      }
    }
    int n = Math.min(available, into[0].length);
    for (int c = 0; c < format.channels(); c++) {
      decoder.samples().get(c, position, into[c], 0, n);
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

  /** Decodes the next samples; false at the end of the stream. */
  private boolean decode() throws IOException {
    if (declared.isPresent() && samplesRead >= declared.getAsLong()) {
      // What follows is the encoder's padding, or other data behind the audio.
      return false;
    }
    int received = decoder.receive();
    while (received == 0) {
      sendPacket();
      received = decoder.receive();
    }
    if (received < 0) {
      requireComplete();
      return false;
    }
    if (damaged) {
      throw damagedData();
    }
    position = 0;
    available = received;
    if (declared.isPresent()) {
      available = (int) Math.min(available, declared.getAsLong() - samplesRead);
    }
    return true;
  }

  private void sendPacket() throws IOException {
    AVPacket packet = demuxer.next();
    if (decoder.send(packet)) {
      return;
    }
    if (!demuxer.isBare()) {
      throw damagedData();
    }
    // Tags or padding behind the last frame of a bare stream; if audio follows, it was damage.
    damaged = true;
  }

  private AudioException damagedData() {
    return new AudioException(name, "damaged audio data after sample " + samplesRead);
  }

  private void requireComplete() throws AudioException {
    if (declared.isPresent() && samplesRead < declared.getAsLong() - demuxer.rounding()) {
      throw new AudioException(
          name,
          "cut off: ends after %d samples, its header says %d"
              .formatted(samplesRead, declared.getAsLong()));
    }
  }

  @Override
  public void close() throws IOException {
    if (!closed) {
      closed = true;
      decoder.close();
      demuxer.close();
    }
  }
}
