package io.stemspark.internal.stems;

import io.stemspark.audio.AudioReader;
import io.stemspark.audio.DecodingConfig;
import io.stemspark.internal.corpus.AudioFile;
import io.stemspark.internal.corpus.Track;
import io.stemspark.internal.executor.TrackAudio;
import io.stemspark.internal.journal.Fingerprint;
import io.stemspark.internal.journal.OutputContract;
import io.stemspark.internal.journal.ResultSettings;
import io.stemspark.internal.journal.StoredFile;
import io.stemspark.internal.onnx.InferenceSettings;
import io.stemspark.internal.storage.PathTags;
import io.stemspark.internal.storage.PathTemplate;
import io.stemspark.internal.storage.PathTemplate.TrackName;
import io.stemspark.network.Stem;
import io.stemspark.separation.SeparationConfig;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;

/**
 * What the tasks of a separation need to know beside the model.
 *
 * @param output URI of the folder that stems are written below
 * @param paths where they lie in it
 * @param model hash of the model
 * @param threads number of threads of an executor's network, including one task's own
 */
public record SeparationContract(
    DecodingConfig decoding,
    SeparationConfig separation,
    String output,
    PathTemplate paths,
    String model,
    int threads)
    implements OutputContract {
  /** How the task's network runs. */
  InferenceSettings inference(OptionalInt gpu) {
    return new InferenceSettings(separation.engine(), separation.precision(), threads, gpu);
  }

  public SeparationContract withThreads(int number) {
    return new SeparationContract(decoding, separation, output, paths, model, number);
  }

  @Override
  public List<AudioFile> inputs(Track track) {
    return track.hasMixture() ? List.of(track.mixture()) : List.of();
  }

  @Override
  public Fingerprint fingerprint(Track track) {
    return new Fingerprint(
        Fingerprint.ofFiles(inputs(track)), model, ResultSettings.ofSeparation(separation, paths));
  }

  @Override
  public Fingerprint formerFingerprint(Track track) {
    return new Fingerprint(
        Fingerprint.formerOfFiles(inputs(track)),
        model,
        ResultSettings.formerOfSeparation(separation, paths));
  }

  @Override
  public List<String> places(Track track) {
    Stream<String> stems = separation.output().files().stream().map(name -> path(track, name));
    return Stream.concat(stems, sidecar(track).stream()).toList();
  }

  /** Where the JSON file that says what a track's stems are lies in the output folder. */
  Optional<String> sidecar(Track track) {
    return separation.output().sidecar() ? Optional.of(placeOfSidecar(track)) : Optional.empty();
  }

  private String placeOfSidecar(Track track) {
    String stems = separation.output().encoding().container().holdsAllStems() ? "" : "stems";
    String path = paths.path(name(track), stems, "json");
    return path.endsWith(".json") ? path : path + ".json";
  }

  @Override
  public Set<String> folders(Track track) {
    Stream<String> common =
        Stream.of(Stem.VOCALS.name(), Stem.ACCOMPANIMENT.name(), Stem.MIXTURE, "");
    Stream<String> stems =
        Stream.concat(separation.output().files().stream(), common).map(name -> path(track, name));
    return Stream.concat(stems, Stream.of(placeOfSidecar(track)))
        .map(StoredFile::folder)
        .collect(Collectors.toSet());
  }

  @Override
  public boolean idsGivePlaces() {
    return paths.isByIdAlone();
  }

  @Override
  public boolean dependsOnSplit() {
    return paths.hasSplits();
  }

  @Override
  public boolean dependsOnTags() {
    return paths.hasTags();
  }

  @Override
  public Map<String, String> tags(Track track, Configuration configuration) throws IOException {
    try (TrackAudio audio = new TrackAudio(configuration, decoding);
        AudioReader mixture = audio.mixture(track)) {
      return PathTags.of(mixture.tags());
    }
  }

  /** Where a file of {@code OutputConfig.files} lies in the output folder. */
  String path(Track track, String name) {
    return path(name(track), name);
  }

  private static TrackName name(Track track) {
    return new TrackName(track.id(), track.split(), track.tags());
  }

  /** The same for a track that belongs to no corpus. */
  public String path(TrackName track, String name) {
    return paths.path(track, name, separation.output().encoding().container().extension());
  }
}
