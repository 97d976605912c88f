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
import io.stemspark.separation.OutputConfig;
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
    List<Stem> stems,
    double correlation,
    double noVoice,
    String note) {
  private static final int VERSION = 1;

  /** The file that was separated. */
  record Source(String uri, long bytes) {}

  /**
   * A stem, or the mixture beside stems.
   *
   * @param path of its file, from the sidecar's folder
   * @param stream which of the file's audio streams it is, from 0
   * @param bytes of its file
   * @param share as in {@code StemQuality}; missing of the mixture
   * @param clipped as in {@code StemQuality}; missing of the mixture
   * @param loudness missing where it was not measured
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Stem(
      String name,
      String path,
      int stream,
      long bytes,
      Double share,
      Long clipped,
      Level loudness) {}

  /** A stem's {@link Loudness}, in numbers that JSON has. */
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
    List<Stem> stems = new ArrayList<>();
    stored.forEach(
        (file, where) -> {
          List<String> streams = file.isEmpty() ? OutputConfig.STREAMS_OF_A_FILE : List.of(file);
          for (int stream = 0; stream < streams.size(); stream++) {
            String name = streams.get(stream);
            stems.add(
                new Stem(
                    name,
                    from(place, where.path()),
                    stream,
                    where.bytes(),
                    quality.shares().get(name),
                    quality.clipped().get(name),
                    Level.of(separated.loudness().get(name))));
          }
        });
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
        stems,
        quality.correlation(),
        quality.noVoice(),
        SafeText.of(note));
  }

  /** The way from a file's folder to another file. */
  private static String from(String place, String path) {
    List<String> folders = List.of(place.split("/"));
    List<String> names = List.of(path.split("/"));
    int common = 0;
    while (common < Math.min(folders.size(), names.size()) - 1
        && folders.get(common).equals(names.get(common))) {
      common++;
    }
    return "../".repeat(folders.size() - 1 - common)
        + String.join("/", names.subList(common, names.size()));
  }

  void write(Path file) throws IOException {
    Files.write(file, StrictJson.MAPPER.writeValueAsBytes(this));
  }
}
