package io.stemspark.jobs.steps;

import io.stemspark.audio.AudioDecoder;
import io.stemspark.audio.AudioReader;
import io.stemspark.audio.DecodingConfig;
import io.stemspark.audio.FfmpegReader;
import io.stemspark.audio.SummedReader;
import io.stemspark.jobs.corpus.AudioFile;
import io.stemspark.jobs.corpus.Track;
import io.stemspark.jobs.storage.HadoopChannel;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;

/** Opens the audio of tracks inside a task. Not thread-safe. */
public final class TrackAudio implements AutoCloseable {
  private final Configuration configuration;
  private final AudioDecoder decoder;

  public TrackAudio(Configuration configuration, DecodingConfig decoding) {
    this.configuration = configuration;
    this.decoder = DecoderPool.borrow(decoding);
  }

  AudioReader mixture(Track track) throws IOException {
    return open(track.mixture());
  }

  AudioReader vocals(Track track) throws IOException {
    return open(track.vocals());
  }

  /** The sum of the stems that are not vocals. */
  AudioReader accompaniment(Track track) throws IOException {
    List<AudioReader> readers = new ArrayList<>();
    try {
      for (AudioFile file : track.accompaniment()) {
        readers.add(open(file));
      }
      return new SummedReader(track.id(), readers);
    } catch (IOException | RuntimeException e) {
      for (AudioReader reader : readers) {
        reader.close();
      }
      throw e;
    }
  }

  /** Opens a stream of a file. */
  public AudioReader open(AudioFile file) throws IOException {
    return open(file.uri(), file.stream());
  }

  /** Opens a file's main stream. */
  public AudioReader open(String uri) throws IOException {
    return open(uri, FfmpegReader.BEST_STREAM);
  }

  private AudioReader open(String uri, int stream) throws IOException {
    return decoder.open(uri, HadoopChannel.open(uri, configuration), stream);
  }

  @Override
  public void close() {
    decoder.close();
  }
}
