package io.stemspark.internal.stems;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.stemspark.internal.audio.Loudness;
import io.stemspark.internal.corpus.AudioFile;
import io.stemspark.internal.corpus.Track;
import io.stemspark.internal.journal.StoredFile;
import io.stemspark.internal.journal.UsedModel;
import io.stemspark.internal.journal.Version;
import io.stemspark.internal.json.StrictJson;
import io.stemspark.internal.text.SafeText;
import io.stemspark.separation.SeparationResult;
import io.stemspark.separation.StemQuality;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What the stems of a track are, for programs that read them without this one: {@code
 * docs/formats/sidecar.md}. The same track, model and settings give the same text.
 *
 * @param note what is worth knowing: clipping, repairs
 */
record Sidecar(
    int version,
    String stemspark,
    String trackId,
    String split,
    Source source,
    double seconds,
    int sampleRate,
    int channels,
    UsedModel model,
    List<File> files,
    double correlation,
    double noVoice,
    String note) {
  private static final int VERSION = 1;

  /** The file that was separated. */
  record Source(String uri, long bytes) {}

  /**
   * A file of stems.
   *
   * @param stem its name; missing of a file that holds all of them
   * @param path from the sidecar's folder
   * @param share as in {@code StemQuality}
   * @param clipped as in {@code StemQuality}
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record File(String stem, String path, long bytes, Double share, Long clipped, Level loudness) {}

  /** A file's {@link Loudness}, in numbers that JSON has. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Level(Double integrated, Double range, Double truePeak) {
    static Level of(Loudness loudness) {
      return loudness == null
          ? null
          : loudness.isSilent()
              ? new Level(null, null, finite(loudness.truePeak()))
              : new Level(
                  rounded(loudness.integrated()),
                  rounded(loudness.range()),
                  finite(loudness.truePeak()));
    }

    private static Double finite(double decibels) {
      return Double.isFinite(decibels) ? rounded(decibels) : null;
    }

    private static double rounded(double value) {
      return Math.round(value * 100) / 100.0;
    }
  }

  /**
   * Describes a track's stems.
   *
   * @param place of the sidecar, in the output folder
   * @param stored the files of the stems, by name
   */
  static Sidecar of(
      Track track,
      UsedModel model,
      TrackSeparator.Separated separated,
      String note,
      String place,
      Map<String, StoredFile> stored) {
    SeparationResult result = separated.result();
    StemQuality quality = result.quality();
    List<File> files = new ArrayList<>();
    stored.forEach(
        (name, file) ->
            files.add(
                new File(
                    name.isEmpty() ? null : name,
                    from(place, file.path()),
                    file.bytes(),
                    quality.shares().get(name),
                    quality.clipped().get(name),
                    Level.of(separated.loudness().get(name)))));
    AudioFile source = track.mixture();
    return new Sidecar(
        VERSION,
        Version.stemspark(),
        track.id(),
        track.split(),
        new Source(SafeText.redacted(source.uri()), source.bytes()),
        result.seconds(),
        separated.format().sampleRate(),
        separated.format().channels(),
        model,
        files,
        quality.correlation(),
        quality.noVoice(),
        SafeText.of(note));
  }

  private static String from(String place, String path) {
    Path folder = Path.of("/" + StoredFile.folder(place));
    return folder.relativize(Path.of("/" + path)).toString();
  }

  void write(Path file) throws IOException {
    Files.write(file, StrictJson.MAPPER.writeValueAsBytes(this));
  }
}
