package io.stemspark.jobs.steps;

import io.stemspark.audio.DecodingConfig;
import io.stemspark.jobs.corpus.AudioFile;
import io.stemspark.jobs.corpus.Track;
import io.stemspark.jobs.evaluation.ScoreFiles;
import io.stemspark.jobs.ledger.Fingerprint;
import io.stemspark.jobs.ledger.Rules;
import io.stemspark.jobs.storage.PathTemplate;
import io.stemspark.spectrogram.StftConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.broadcast.Broadcast;

/**
 * What tasks that evaluate have to know.
 *
 * @param masks transform of the baselines' masks; null for no baselines
 * @param output URI of the folder that the scores are written below
 * @param estimates stems by the id of their track; null if a model makes them
 * @param separation how the model makes them; null if they are there
 */
public record EvaluationTask(
    DecodingConfig decoding,
    StftConfig masks,
    String output,
    Broadcast<Map<String, Track>> estimates,
    SeparationTask separation)
    implements Rules {
  private static final PathTemplate PATHS = new PathTemplate("{stem}/{track_id}.{ext}");
  private static final String METHOD = "BSS Eval v4, 512 taps, 1 s";

  /** The references, and the estimates where they are there. */
  @Override
  public List<AudioFile> inputs(Track track) {
    List<AudioFile> files = new ArrayList<>();
    if (track.hasStems()) {
      files.addAll(stems(track));
      if (separation != null && track.hasMixture()) {
        files.add(track.mixture());
      }
      estimate(track).ifPresent(estimate -> files.addAll(stems(estimate)));
    }
    return files;
  }

  private static List<AudioFile> stems(Track track) {
    List<AudioFile> files = new ArrayList<>(List.of(track.vocals()));
    files.addAll(track.accompaniment());
    return files;
  }

  /** The track's estimated stems, if both are there. */
  public Optional<Track> estimate(Track track) {
    return separation != null
        ? Optional.empty()
        : Optional.ofNullable(estimates.value().get(track.id())).filter(Track::hasStems);
  }

  @Override
  public Fingerprint fingerprint(Track track) {
    String input = Fingerprint.ofFiles(inputs(track));
    String settings = METHOD + "\n" + masks;
    if (separation == null) {
      return new Fingerprint(input, "", Fingerprint.hash(settings));
    }
    Fingerprint made = separation.fingerprint(track);
    return new Fingerprint(
        input, made.model(), Fingerprint.hash(settings + "\n" + made.settings()));
  }

  @Override
  public void requirePlace(Track track) {
    path(track);
  }

  @Override
  public boolean canReplace() {
    return true;
  }

  /** Where a track's scores lie, relative to the output folder. */
  public String path(Track track) {
    return PATHS.path(track, ScoreFiles.TRACKS, "json");
  }
}
