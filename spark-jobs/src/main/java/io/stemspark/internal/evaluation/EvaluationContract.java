package io.stemspark.internal.evaluation;

import io.stemspark.audio.DecodingConfig;
import io.stemspark.internal.corpus.AudioFile;
import io.stemspark.internal.corpus.Track;
import io.stemspark.internal.journal.Fingerprint;
import io.stemspark.internal.journal.OutputContract;
import io.stemspark.internal.network.StemSet;
import io.stemspark.internal.scores.ScoreFiles;
import io.stemspark.internal.storage.PathTemplate;
import io.stemspark.internal.storage.PathTemplate.TrackName;
import io.stemspark.network.Stem;
import io.stemspark.spectrogram.StftConfig;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the tasks of an evaluation need to know.
 *
 * @param stft transform of the ideal masks
 * @param baselines whether the mixture and ideal masks are scored too
 * @param output URI of the folder that the scores are written below
 */
public record EvaluationContract(
    DecodingConfig decoding, StftConfig stft, boolean baselines, String output, Estimates estimates)
    implements OutputContract {
  private static final int LONGEST_NAME = 255;
  private static final int MAX_KEPT = 200;
  private static final PathTemplate PATHS = new PathTemplate("{stem}/{track_id}.{ext}");

  /** Transform of the baselines' masks; empty without baselines. */
  Optional<StftConfig> masks() {
    return baselines ? Optional.of(stft) : Optional.empty();
  }

  /** The references, and what the estimates are made of. */
  @Override
  public List<AudioFile> inputs(Track track) {
    List<AudioFile> files = new ArrayList<>();
    if (track.hasStems()) {
      files.addAll(stems(track));
      files.addAll(estimates.inputs(track));
    }
    return files;
  }

  static List<AudioFile> stems(Track track) {
    List<AudioFile> files = new ArrayList<>(List.of(track.vocals()));
    files.addAll(track.accompaniment());
    return files;
  }

  @Override
  public Fingerprint fingerprint(Track track) {
    return new Fingerprint(
        Fingerprint.ofFiles(inputs(track)),
        estimates.model(),
        estimates.settings(masks(), estimates.stems(track)));
  }

  @Override
  public Fingerprint formerFingerprint(Track track) {
    List<Stem> stems = estimates.stems(track);
    // Releases before scored no more than two.
    boolean two = stems.equals(StemSet.VOICE.stems());
    return new Fingerprint(
        Fingerprint.formerOfFiles(inputs(track)),
        estimates.model(),
        two ? estimates.formerSettings(masks()) : estimates.settings(masks(), stems));
  }

  @Override
  public List<String> places(Track track) {
    return List.of(path(track));
  }

  /** Where a track's scores lie, relative to the output folder. */
  public String path(Track track) {
    String path =
        PATHS.path(
            new TrackName(track.id(), track.split(), track.tags()), ScoreFiles.TRACKS, "json");
    int name = path.lastIndexOf('/') + 1;
    return path.substring(0, name) + shortened(path.substring(name));
  }

  /** A track's name may be as long as a file's name can be, so the score file's name is cut. */
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
}
