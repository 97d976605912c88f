package io.stemspark.jobs.steps;

import io.stemspark.audio.DecodingConfig;
import io.stemspark.bundle.BundleException;
import io.stemspark.bundle.Manifest;
import io.stemspark.bundle.ModelBundle;
import io.stemspark.jobs.corpus.AudioFile;
import io.stemspark.jobs.corpus.Track;
import io.stemspark.jobs.ledger.Fingerprint;
import io.stemspark.jobs.ledger.ResultSettings;
import io.stemspark.jobs.ledger.Rules;
import io.stemspark.jobs.ledger.StoredFile;
import io.stemspark.jobs.storage.PathTemplate;
import io.stemspark.network.NetworkRuntime;
import io.stemspark.separation.SeparationConfig;
import io.stemspark.separation.Separator;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What tasks that separate have to know beside the model.
 *
 * @param output URI of the folder that stems are written below
 * @param paths where they lie in it
 * @param model hash of the model
 * @param threads threads that an executor's network has, one task's own among them
 */
public record SeparationTask(
    DecodingConfig decoding,
    SeparationConfig separation,
    String output,
    PathTemplate paths,
    String model,
    int threads)
    implements Rules {
  private static final String VOCALS = "vocals";
  private static final String ACCOMPANIMENT = "accompaniment";

  private NetworkRuntime runtime(OptionalInt card) {
    return new NetworkRuntime(separation.engine(), separation.precision(), threads, card);
  }

  /** The network of a bundle, which is shared by all tasks of this process. */
  Networks.Borrowed network(ModelBundle bundle, OptionalInt card) throws BundleException {
    return Networks.borrow(bundle, runtime(card));
  }

  /** A separator with a network. */
  Separator separator(ModelBundle bundle, Networks.Borrowed network) {
    Manifest manifest = bundle.manifest();
    return new Separator(manifest.stft(), manifest.network(), network.network(), separation);
  }

  public SeparationTask withThreads(int number) {
    return new SeparationTask(decoding, separation, output, paths, model, number);
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
    List<String> places = new ArrayList<>();
    if (separation.output().stems().vocals()) {
      places.add(path(track, VOCALS));
    }
    if (separation.output().stems().accompaniment()) {
      places.add(path(track, ACCOMPANIMENT));
    }
    return places;
  }

  @Override
  public Set<String> folders(Track track) {
    return Stream.of(VOCALS, ACCOMPANIMENT)
        .map(stem -> StoredFile.folder(path(track, stem)))
        .collect(Collectors.toSet());
  }

  @Override
  public boolean dependsOnSplit() {
    return !idsGivePlaces();
  }

  @Override
  public boolean idsGivePlaces() {
    return paths.isByIdAlone();
  }

  @Override
  public boolean ownsFiles() {
    return true;
  }

  /** Where a stem lies, relative to the output folder. */
  String path(Track track, String stem) {
    String extension = separation.output().encoding().container().extension();
    return paths.path(track.id(), track.split(), stem, extension);
  }
}
