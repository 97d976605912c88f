package io.stemspark.jobs.steps;

import io.stemspark.audio.AudioReader;
import io.stemspark.audio.FfmpegReader;
import io.stemspark.audio.SummedReader;
import io.stemspark.jobs.corpus.Track;
import io.stemspark.jobs.storage.HadoopChannel;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;

/** Opens a track's stems. */
final class StemReaders {
  private StemReaders() {}

  static AudioReader vocals(Track track, Configuration configuration) throws IOException {
    return open(track.vocals(), configuration);
  }

  /** The sum of the stems that are not vocals. */
  static AudioReader accompaniment(Track track, Configuration configuration) throws IOException {
    List<AudioReader> readers = new ArrayList<>();
    try {
      for (String uri : track.accompaniment()) {
        readers.add(open(uri, configuration));
      }
      return new SummedReader(track.id(), readers);
    } catch (IOException | RuntimeException e) {
      for (AudioReader reader : readers) {
        reader.close();
      }
      throw e;
    }
  }

  private static AudioReader open(String uri, Configuration configuration) throws IOException {
    return FfmpegReader.open(uri, HadoopChannel.open(uri, configuration), FfmpegReader.BEST_STREAM);
  }
}
