package io.stemspark.jobs.steps;

import io.stemspark.audio.AudioReader;
import io.stemspark.jobs.corpus.Track;
import io.stemspark.jobs.features.FeatureRow;
import io.stemspark.patch.Patch;
import io.stemspark.patch.PatchConfig;
import io.stemspark.patch.PatchReader;
import io.stemspark.spectrogram.StftConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Row;
import org.apache.spark.util.SerializableConfiguration;
import org.apache.spark.util.TaskCompletionListener;

/** Turns a track into rows of the feature dataset, a few at a time whatever its length. */
public final class ExtractPatches implements FlatMapFunction<Track, Row> {
  private static final long serialVersionUID = 1;

  private final Broadcast<SerializableConfiguration> hadoop;
  private final StftConfig stft;
  private final PatchConfig patch;

  public ExtractPatches(
      Broadcast<SerializableConfiguration> hadoop, StftConfig stft, PatchConfig patch) {
    this.hadoop = hadoop;
    this.stft = stft;
    this.patch = patch;
  }

  @Override
  public Iterator<Row> call(Track track) throws IOException {
    Configuration configuration = hadoop.value().value();
    PatchReader vocals = patches(StemReaders.vocals(track, configuration));
    PatchReader accompaniment = patches(StemReaders.accompaniment(track, configuration));
    return new Rows(track.id(), vocals, accompaniment);
  }

  /** Closed with the task at the latest, which may fail or be killed between two rows. */
  private PatchReader patches(AudioReader audio) throws IOException {
    PatchReader reader = new PatchReader(audio, stft, patch);
    TaskContext.get().addTaskCompletionListener(new Closing(reader));
    return reader;
  }

  private record Closing(PatchReader reader) implements TaskCompletionListener {
    @Override
    public void onTaskCompletion(TaskContext context) {
      try {
        reader.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private static final class Rows implements Iterator<Row> {
    private final String trackId;
    private final PatchReader vocals;
    private final PatchReader accompaniment;
    private final Deque<Row> ready = new ArrayDeque<>();
    private boolean ended;

    Rows(String trackId, PatchReader vocals, PatchReader accompaniment) {
      this.trackId = trackId;
      this.vocals = vocals;
      this.accompaniment = accompaniment;
    }

    @Override
    public boolean hasNext() {
      if (ready.isEmpty() && !ended) {
        try {
          advance();
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
      return !ready.isEmpty();
    }

    private void advance() throws IOException {
      List<Patch> voice = vocals.next();
      List<Patch> rest = accompaniment.next();
      if (voice == null || rest == null) {
        ended = true;
        vocals.close();
        accompaniment.close();
        return;
      }
      for (int c = 0; c < voice.size(); c++) {
        ready.add(FeatureRow.of(trackId, c, voice.get(c), rest.get(c)));
      }
    }

    @Override
    public Row next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      return ready.remove();
    }
  }
}
