package io.stemspark.internal.executor;

import io.stemspark.audio.AudioDecoder;
import io.stemspark.audio.AudioException;
import io.stemspark.audio.AudioReader;
import io.stemspark.audio.DecodingConfig;
import io.stemspark.internal.audio.AudioStreams;
import io.stemspark.internal.audio.ForwardingReader;
import io.stemspark.internal.audio.JoinedReader;
import io.stemspark.internal.audio.SummedReader;
import io.stemspark.internal.corpus.AudioFile;
import io.stemspark.internal.corpus.MissingInputException;
import io.stemspark.internal.corpus.Track;
import io.stemspark.internal.storage.HadoopChannel;
import io.stemspark.network.Stem;
import java.io.FileNotFoundException;
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

  /** The mixture, or else the sum of all stems. */
  public AudioReader mixture(Track track) throws IOException {
    if (track.hasMixture()) {
      return open(track.mixture());
    }
    List<AudioFile> stems = new ArrayList<>(track.accompaniment());
    stems.add(track.vocals());
    return AudioStreams.open(stems, this::open, readers -> new SummedReader(track.id(), readers));
  }

  public AudioReader vocals(Track track) throws IOException {
    return open(track.vocals());
  }

  /** The sum of the stems that are not vocals. */
  public AudioReader accompaniment(Track track) throws IOException {
    return sum(track, track.accompaniment());
  }

  /** The sum of some of a track's files. */
  public AudioReader sum(Track track, List<AudioFile> files) throws IOException {
    return AudioStreams.open(files, this::open, readers -> new SummedReader(track.id(), readers));
  }

  /** A stem of a track that has it; the accompaniment is the sum of all but the vocals. */
  public AudioReader stem(Track track, Stem stem) throws IOException {
    if (stem.equals(Stem.VOCALS)) {
      return vocals(track);
    }
    for (Track.Part part : track.others()) {
      if (part.stem().equals(stem.name())) {
        return open(part.file());
      }
    }
    return accompaniment(track);
  }

  /**
   * Joins files that this program wrote, one after the other.
   *
   * @throws IOException also when one of them is damaged or missing, because no track is to blame
   *     for that
   */
  public AudioReader joined(List<String> uris) throws IOException {
    try {
      return AudioStreams.open(uris, uri -> new OwnFile(open(uri)), JoinedReader::new);
    } catch (AudioException | FileNotFoundException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  private static final class OwnFile extends ForwardingReader {
    OwnFile(AudioReader reader) {
      super(reader);
    }

    @Override
    public int read(float[][] into) throws IOException {
      try {
        return super.read(into);
      } catch (AudioException e) {
        throw new IOException(e.getMessage(), e);
      }
    }
  }

  /** Opens a stream of a file. */
  public AudioReader open(AudioFile file) throws IOException {
    return open(file.uri(), file.stream());
  }

  /** Opens a file's main stream. */
  public AudioReader open(String uri) throws IOException {
    return open(uri, AudioDecoder.BEST_STREAM);
  }

  /** Opens a file that is in memory. */
  public AudioReader open(String name, byte[] content) throws IOException {
    return decoder.open(name, new BytesChannel(content), AudioDecoder.BEST_STREAM);
  }

  private AudioReader open(String uri, int stream) throws IOException {
    try {
      return decoder.open(uri, HadoopChannel.open(uri, configuration), stream);
    } catch (FileNotFoundException e) {
      throw new MissingInputException(e.getMessage());
    }
  }

  @Override
  public void close() {
    decoder.close();
  }
}
