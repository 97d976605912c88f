package io.stemspark.internal.executor;

import io.stemspark.audio.DecodingConfig;
import io.stemspark.internal.corpus.AudioFile;
import io.stemspark.internal.corpus.Track;
import io.stemspark.internal.journal.Fingerprint;
import io.stemspark.internal.journal.OutputContract;
import io.stemspark.internal.journal.ResultSettings;
import io.stemspark.internal.scores.ScoreFiles;
import io.stemspark.internal.storage.PathTemplate;
import io.stemspark.spectrogram.StftConfig;
import java.nio.charset.StandardCharsets;
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
public record EvaluateTrack(
    DecodingConfig decoding,
    StftConfig masks,
    String output,
    Broadcast<Map<String, Track>> estimates,
    SeparateTrack separation)
    implements OutputContract {
  private static final int LONGEST_NAME = 255;
  private static final int MAX_KEPT = 200;
  private static final PathTemplate PATHS = new PathTemplate("{stem}/{track_id}.{ext}");

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
        : Optional.ofNullable(estimates.value().get(track.id()))
            .filter(estimate -> estimate.problem() == null && estimate.hasStems());
  }

  @Override
  public Fingerprint fingerprint(Track track) {
    String input = Fingerprint.ofFiles(inputs(track));
    return separation == null
        ? new Fingerprint(input, "", ResultSettings.ofEvaluation(masks))
        : new Fingerprint(
            input,
            separation.model(),
            ResultSettings.ofEvaluation(masks, separation.separation(), separation.paths()));
  }

  @Override
  public Fingerprint formerFingerprint(Track track) {
    String input = Fingerprint.formerOfFiles(inputs(track));
    return separation == null
        ? new Fingerprint(input, "", ResultSettings.formerOfEvaluation(masks))
        : new Fingerprint(
            input,
            separation.model(),
            ResultSettings.formerOfEvaluation(masks, separation.separation(), separation.paths()));
  }

  @Override
  public List<String> places(Track track) {
    return List.of(path(track));
  }

  @Override
  public boolean dependsOnSplit() {
    return false;
  }

  @Override
  public boolean idsGivePlaces() {
    return true;
  }

  @Override
  public boolean ownsFiles() {
    return true;
  }

  /** Where a track's scores lie, relative to the output folder. */
  public String path(Track track) {
    String path = PATHS.path(track.id(), track.split(), ScoreFiles.TRACKS, "json");
    int name = path.lastIndexOf('/') + 1;
    return path.substring(0, name) + shortened(path.substring(name));
  }

  /** A track may have the longest name that a file can have; this one's is longer. */
  private static String shortened(String name) {
    if (name.getBytes(StandardCharsets.UTF_8).length <= LONGEST_NAME) {
      return name;
    }
    int kept = 0;
    int bytes = 0;
    while (bytes < MAX_KEPT) {
      int next = name.codePointAt(kept);
      kept += Character.charCount(next);
      bytes += Character.toString(next).getBytes(StandardCharsets.UTF_8).length;
    }
    return "%s-%s.json".formatted(name.substring(0, kept), Fingerprint.hash(name));
  }

  /** Why a track has no estimate. */
  public String whyNoEstimate(Track track) {
    Track other = estimates.value().get(track.id());
    return other != null && other.problem() != null
        ? other.problem().reason()
        : "no estimates of both its vocals and its accompaniment";
  }
}
