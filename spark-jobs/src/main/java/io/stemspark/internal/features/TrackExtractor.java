package io.stemspark.internal.features;

import io.stemspark.audio.AudioReader;
import io.stemspark.internal.corpus.AudioFile;
import io.stemspark.internal.corpus.Track;
import io.stemspark.internal.dataset.FeatureRow;
import io.stemspark.internal.executor.TrackAudio;
import io.stemspark.internal.executor.TrackWorker;
import io.stemspark.internal.journal.TaskJournal;
import io.stemspark.internal.journal.TrackResult;
import io.stemspark.network.Stem;
import io.stemspark.patch.Patch;
import io.stemspark.patch.PatchReader;
import io.stemspark.separation.StageTimes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
        new DatasetPart(
            task.output(),
            attempt,
            task.config().stems(),
            journal,
            configuration,
            DatasetPart.MAX_BYTES);
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
            measured(
                track,
                audio.mixture(
                    task.config().files(track).isPresent() ? track.ofStemsAlone() : track)))
        : TrackFilter.Heard.NOTHING;
  }

  private void extract(Track track, String sound, long start) throws IOException {
    try (DatasetPart.Rows rows = part.begin(track)) {
      double seconds;
      List<String> repairs = new ArrayList<>();
      try {
        Optional<Map<Stem, List<AudioFile>>> files = task.config().files(track);
        seconds =
            files.isPresent()
                ? stems(track, files.get(), rows, repairs)
                : mixture(track, rows, repairs);
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
    try (PatchReader patches = new PatchReader(reader, task.stft(), task.patch())) {
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

  private double stems(
      Track track, Map<Stem, List<AudioFile>> files, DatasetPart.Rows rows, List<String> repairs)
      throws IOException {
    List<Stem> stems = List.copyOf(files.keySet());
    try (StemPatches patches =
        StemPatches.open(track.id(), files, sum -> measured(track, audio.sum(track, sum)), task)) {
      for (List<List<Patch>> next = patches.next(); !next.isEmpty(); next = patches.next()) {
        boolean heard = next.stream().anyMatch(filter::isHeard);
        int channels = next.get(0).size();
        for (int c = 0; heard && c < channels; c++) {
          int channel = c;
          List<Patch> ofStems = next.stream().map(stem -> stem.get(channel)).toList();
          rows.write(FeatureRow.ofStems(track.id(), c, stems, ofStems));
        }
      }
      repairs.addAll(patches.repairs());
      return patches.seconds();
    }
  }

  private MeasuredReader measured(Track track, AudioReader reader) {
    return new MeasuredReader(reader, track.id(), mostPeak);
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
