package io.stemspark.jobs.steps;

import io.stemspark.audio.AudioReader;
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
    TrackAudio audio = untilTheTaskEnds(new TrackAudio(hadoop.value().value(), decoding));
    PatchReader vocals = patches(audio.vocals(track));
    PatchReader accompaniment = patches(audio.accompaniment(track));
    return new Rows(track.id(), audio, vocals, accompaniment);
  }

  private PatchReader patches(AudioReader audio) throws IOException {
    return untilTheTaskEnds(new PatchReader(audio, stft, patch));
  }

  /** Closed with the task at the latest, which may fail or be killed between two rows. */
  private static <T extends AutoCloseable> T untilTheTaskEnds(T resource) {
    // Spark calls the last one first.
    TaskContext.get().addTaskCompletionListener(new Closing(resource));
    return resource;
  }

  private record Closing(AutoCloseable resource) implements TaskCompletionListener {
    @Override
    public void onTaskCompletion(TaskContext context) {
      try {
        resource.close();
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }
  }

  private static final class Rows implements Iterator<Row> {
    private final String trackId;
    private final TrackAudio audio;
    private final PatchReader vocals;
    private final PatchReader accompaniment;
    private final Deque<Row> ready = new ArrayDeque<>();
    private boolean ended;

    Rows(String trackId, TrackAudio audio, PatchReader vocals, PatchReader accompaniment) {
      this.trackId = trackId;
      this.audio = audio;
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
        audio.close();
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
