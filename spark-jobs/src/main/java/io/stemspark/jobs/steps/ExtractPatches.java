package io.stemspark.jobs.steps;

import io.stemspark.audio.DecodingConfig;
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
  private final DecodingConfig decoding;
  private final StftConfig stft;
  private final PatchConfig patch;

  public ExtractPatches(
      Broadcast<SerializableConfiguration> hadoop,
      DecodingConfig decoding,
      StftConfig stft,
      PatchConfig patch) {
    this.hadoop = hadoop;
    this.decoding = decoding;
    this.stft = stft;
    this.patch = patch;
  }

  @Override
  public Iterator<Row> call(Track track) throws IOException {
    Rows rows = new Rows(track, new TrackAudio(hadoop.value().value(), decoding));
    // The task may fail or be killed between two rows.
    TaskContext.get().addTaskCompletionListener(new Closing(rows));
    rows.open(stft, patch);
    return rows;
  }

  private record Closing(Rows rows) implements TaskCompletionListener {
    @Override
    public void onTaskCompletion(TaskContext context) {
      try {
        rows.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private static final class Rows implements Iterator<Row>, AutoCloseable {
    private final Track track;
    private final TrackAudio audio;
    private PatchReader vocals;
    private PatchReader accompaniment;
    private final Deque<Row> ready = new ArrayDeque<>();
    private boolean ended;

    Rows(Track track, TrackAudio audio) {
      this.track = track;
      this.audio = audio;
    }

    void open(StftConfig stft, PatchConfig patch) throws IOException {
      vocals = new PatchReader(audio.vocals(track), stft, patch);
      accompaniment = new PatchReader(audio.accompaniment(track), stft, patch);
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
        close();
        return;
      }
      for (int c = 0; c < voice.size(); c++) {
        ready.add(FeatureRow.of(track.id(), c, voice.get(c), rest.get(c)));
      }
    }

    @Override
    public Row next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      return ready.remove();
    }

    /** Spark keeps this until the task ends, so it lets go of what it read with. */
    @Override
    public void close() throws IOException {
      try {
        if (vocals != null) {
          vocals.close();
        }
        if (accompaniment != null) {
          accompaniment.close();
        }
      } finally {
        audio.close();
        vocals = null;
        accompaniment = null;
      }
    }
  }
}
