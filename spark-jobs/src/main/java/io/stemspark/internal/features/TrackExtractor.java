package io.stemspark.internal.features;

import io.stemspark.audio.AudioException;
import io.stemspark.audio.AudioFormat;
import io.stemspark.audio.AudioReader;
import io.stemspark.internal.corpus.Track;
import io.stemspark.internal.dataset.FeatureRow;
import io.stemspark.internal.executor.TrackAudio;
import io.stemspark.internal.executor.TrackWorker;
import io.stemspark.internal.journal.TaskJournal;
import io.stemspark.internal.journal.TrackResult;
import io.stemspark.patch.Patch;
import io.stemspark.patch.PatchReader;
import io.stemspark.separation.StageTimes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;

/** Turns tracks into rows of the feature dataset. */
public final class TrackExtractor implements TrackWorker {
  private final ExtractionContract task;
  private final TaskJournal journal;
  private final DatasetPart part;
  private final TrackAudio audio;
  private final float mostPeak;
  private final TrackFilter filter;

  /**
   * @param attempt names the files; no other attempt of a task has the same name
   * @param journal takes the results of the tracks
   * @param configuration reaches storage
   */
  public TrackExtractor(
      ExtractionContract task, String attempt, TaskJournal journal, Configuration configuration)
      throws IOException {
    this.task = task;
    this.journal = journal;
    this.mostPeak = task.mostPeak();
    this.filter = new TrackFilter(task);
    this.part =
        new DatasetPart(task.output(), attempt, journal, configuration, DatasetPart.MAX_BYTES);
    try {
      this.audio = new TrackAudio(configuration, task.decoding());
    } catch (RuntimeException e) {
      part.close();
      throw e;
    }
  }

  @Override
  public void process(Track track) throws IOException {
    if (!track.hasStems() && !track.hasMixture()) {
      journal.add(
          track,
          TrackResult.skipped(track.id(), "The track has neither a mixture nor all of its stems."));
      return;
    }
    long start = System.nanoTime();
    TrackFilter.Heard heard;
    try {
      heard = hear(track);
    } catch (IOException | RuntimeException | OutOfMemoryError e) {
      journal.add(track, TrackResult.failed(track.id(), e, TrackResult.secondsSince(start)));
      return;
    }
    if (heard.refusal().isPresent()) {
      journal.add(
          track,
          TrackResult.refused(track.id(), heard.refusal().get(), TrackResult.secondsSince(start)));
    } else {
      extract(track, heard.sound(), start);
    }
  }

  private TrackFilter.Heard hear(Track track) throws IOException {
    return task.config().listens()
        ? filter.listen(
            measured(track, audio.mixture(track.hasStems() ? track.ofStemsAlone() : track)))
        : TrackFilter.Heard.NOTHING;
  }

  private void extract(Track track, String sound, long start) throws IOException {
    try (DatasetPart.Rows rows = part.begin(track)) {
      double seconds;
      List<String> repairs = new ArrayList<>();
      try {
        seconds = track.hasStems() ? stems(track, rows, repairs) : mixture(track, rows, repairs);
      } catch (IOException | RuntimeException | OutOfMemoryError e) {
        journal.add(track, TrackResult.failed(track.id(), e, TrackResult.secondsSince(start)));
        return;
      }
      rows.commit(
          TrackResult.done(
                  track.id(),
                  String.join("; ", repairs),
                  seconds,
                  TrackResult.secondsSince(start),
                  StageTimes.NONE)
              .sounding(sound));
    }
  }

  @Override
  public void finish() throws IOException {
    part.finish();
  }

  private double mixture(Track track, DatasetPart.Rows rows, List<String> repairs)
      throws IOException {
    MeasuredReader reader = measured(track, audio.mixture(track));
    try (PatchReader patches = patches(reader)) {
      for (List<Patch> next = patches.next(); next != null; next = patches.next()) {
        boolean heard = filter.isHeard(next);
        for (int c = 0; heard && c < next.size(); c++) {
          rows.write(FeatureRow.ofMixture(track.id(), c, next.get(c)));
        }
      }
    }
    repairs.addAll(reader.repairs());
    return reader.seconds();
  }

  private double stems(Track track, DatasetPart.Rows rows, List<String> repairs)
      throws IOException {
    try (MeasuredReader voice = measured(track, audio.vocals(track));
        MeasuredReader rest = measured(track, audio.accompaniment(track))) {
      requireAlike(track, voice, rest);
      try (PatchReader vocals = patches(voice);
          PatchReader accompaniment = patches(rest)) {
        List<Patch> a = vocals.next();
        List<Patch> b = accompaniment.next();
        while (a != null && b != null) {
          boolean heard = filter.isHeard(a) || filter.isHeard(b);
          for (int c = 0; heard && c < a.size(); c++) {
            rows.write(FeatureRow.ofStems(track.id(), c, a.get(c), b.get(c)));
          }
          a = vocals.next();
          b = accompaniment.next();
        }
        drain(vocals);
        drain(accompaniment);
      }
      repairs.addAll(voice.repairs());
      repairs.addAll(rest.repairs());
      if (voice.length() != rest.length()) {
        throw differ(track, voice, rest);
      }
      return voice.seconds();
    }
  }

  private MeasuredReader measured(Track track, AudioReader reader) {
    return new MeasuredReader(reader, track.id(), mostPeak);
  }

  private PatchReader patches(AudioReader reader) throws IOException {
    return new PatchReader(reader, task.stft(), task.patch());
  }

  /** Reads to the end, so that lengths can be compared. */
  private static void drain(PatchReader patches) throws IOException {
    List<Patch> next;
    do {
      next = patches.next();
    } while (next != null);
  }

  private static void requireAlike(Track track, MeasuredReader voice, MeasuredReader rest)
      throws AudioException {
    AudioFormat a = voice.format();
    AudioFormat b = rest.format();
    if (a.sampleRate() != b.sampleRate() || a.channels() != b.channels()) {
      throw new AudioException(
          track.id(),
          ("The vocals have %d Hz and %d channels, the accompaniment has %d Hz and %d channels."
                  + " Both have to be the same.")
              .formatted(a.sampleRate(), a.channels(), b.sampleRate(), b.channels()));
    }
  }

  private static AudioException differ(Track track, MeasuredReader voice, MeasuredReader rest) {
    return new AudioException(
        track.id(),
        "The vocals have %d samples, the accompaniment has %d. Both have to be of the same length."
            .formatted(voice.length(), rest.length()));
  }

  @Override
  public void close() {
    try {
      part.close();
    } finally {
      audio.close();
    }
  }
}
