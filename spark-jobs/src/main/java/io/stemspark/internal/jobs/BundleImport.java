package io.stemspark.internal.jobs;

import io.stemspark.bundle.Manifest.Member;
import io.stemspark.bundle.ModelBundle;
import io.stemspark.bundle.Origin;
import io.stemspark.internal.journal.Version;
import io.stemspark.internal.onnx.ExternalWeights;
import io.stemspark.internal.onnx.OnnxNetwork;
import io.stemspark.internal.pipeline.Inputs;
import io.stemspark.internal.presets.Description;
import io.stemspark.internal.presets.NetworkFile;
import io.stemspark.internal.presets.Overrides;
import io.stemspark.internal.presets.Preset;
import io.stemspark.internal.storage.Locations;
import io.stemspark.network.NetworkSpec;
import io.stemspark.network.NetworkSpec.Axes;
import io.stemspark.network.Stem;
import io.stemspark.patch.PatchConfig;
import io.stemspark.run.InputException;
import io.stemspark.spectrogram.StftConfig;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** Makes a model bundle of a network that was fitted elsewhere. */
public final class BundleImport {
  private static final int MAX_BYTES = ModelBundle.MAX_ENTRY_BYTES;

  private final List<Path> files;
  private final List<byte[]> models;

  private BundleImport(List<Path> files, List<byte[]> models) {
    this.files = files;
    this.models = models;
  }

  /**
   * Reads ONNX files.
   *
   * @param sha256 what their hashes must be, in hexadecimal; none for any
   * @throws InputException when one cannot be read, or is another file
   */
  public static BundleImport open(
      List<String> files, List<String> sha256, Configuration configuration) {
    return Inputs.check(
        () -> {
          if (!sha256.isEmpty() && sha256.size() != files.size()) {
            throw new IOException(
                "There are %d hashes for %d files. Expected one for each, or none."
                    .formatted(sha256.size(), files.size()));
          }
          List<Path> paths = new ArrayList<>();
          List<byte[]> models = new ArrayList<>();
          for (int i = 0; i < files.size(); i++) {
            paths.add(Locations.of(files.get(i)));
            byte[] file = read(paths.get(i), configuration);
            requireHash(files.get(i), file, sha256.isEmpty() ? null : sha256.get(i));
            models.add(withWeights(paths.get(i), file, configuration));
          }
          return new BundleImport(paths, models);
        });
  }

  /** The weights of a model may lie in files beside it. */
  private static byte[] withWeights(Path file, byte[] model, Configuration configuration)
      throws IOException {
    try {
      return ExternalWeights.inside(
          model, name -> read(beside(file, name, configuration), configuration), MAX_BYTES);
    } catch (IllegalArgumentException e) {
      throw new IOException("%s cannot be imported. %s".formatted(file, e.getMessage()), e);
    }
  }

  /** A link may lead to where the model itself lies, as in caches, but nowhere else. */
  private static Path beside(Path model, String name, Configuration configuration)
      throws IOException {
    Path weights = new Path(model.getParent(), name);
    Optional<java.nio.file.Path> file = Locations.localFile(weights.toString(), configuration);
    Optional<java.nio.file.Path> own = Locations.localFile(model.toString(), configuration);
    if (own.isPresent()) {
      java.nio.file.Path real =
          file.orElseThrow(() -> new FileNotFoundException(weights + " is not a regular file."))
              .toRealPath();
      boolean near =
          real.getParent().equals(own.get().toRealPath().getParent())
              || real.getParent().equals(own.get().toAbsolutePath().getParent().toRealPath());
      if (!near) {
        throw new IOException(
            "%s is a link to another folder than that of the model.".formatted(weights));
      }
    }
    return weights;
  }

  private static byte[] read(Path path, Configuration configuration) throws IOException {
    try (InputStream stream = path.getFileSystem(configuration).open(path)) {
      byte[] model = stream.readNBytes(MAX_BYTES + 1);
      if (model.length > MAX_BYTES) {
        throw new IOException(
            "%s has more than %d bytes, and cannot be imported.".formatted(path, MAX_BYTES));
      }
      return model;
    }
  }

  private static void requireHash(String file, byte[] model, String expected) throws IOException {
    String hash = ModelBundle.sha256(model);
    if (expected != null && !hash.equalsIgnoreCase(expected.strip())) {
      throw new IOException(
          "%s has the SHA-256 %s, but %s was expected. It is another file, or it is damaged."
              .formatted(file, hash, expected));
    }
  }

  /**
   * Describes one network that sees patches of spectrograms.
   *
   * @param frames of a patch; null for what the network says
   * @param bins of a patch; null for what the network says
   * @param spec the rest, by the size of a patch
   * @throws InputException when neither the parameters nor the network give a size
   */
  public Description describe(
      StftConfig stft,
      Axes axes,
      Integer frames,
      Integer bins,
      Function<PatchConfig, NetworkSpec> spec) {
    return checked(
        () -> {
          if (models.size() > 1) {
            throw new IllegalArgumentException(
                "There are %d files. Several networks make one model with --preset."
                    .formatted(models.size()));
          }
          PatchConfig patch = OnnxNetwork.patch(models.get(0), axes, frames, bins);
          return new Description(
              stft,
              List.of(Member.of(ModelBundle.UNET, spec.apply(patch))),
              Map.of(ModelBundle.UNET, models.get(0)));
        });
  }

  /**
   * Describes networks of a known kind.
   *
   * @throws InputException when they are of another kind
   */
  public Description describe(Preset preset, Overrides asked) {
    return checked(
        () -> {
          List<NetworkFile> networks = new ArrayList<>();
          for (int i = 0; i < models.size(); i++) {
            networks.add(NetworkFile.of(files.get(i).getName(), models.get(i)));
          }
          return preset.describe(networks, asked);
        });
  }

  private <T> T checked(Supplier<T> step) {
    return Inputs.check(
        () -> {
          try {
            return step.get();
          } catch (IllegalArgumentException e) {
            throw new IOException(names() + " cannot be imported. " + e.getMessage(), e);
          }
        });
  }

  private String names() {
    return files.stream().map(Path::toString).collect(Collectors.joining(", "));
  }

  /**
   * What a network may be used for.
   *
   * @param licence an SPDX identifier, or words; empty if nobody has said
   * @param source who made it and where it was found; empty if nobody has said
   */
  public record Rights(String licence, String source) {}

  /**
   * Makes the bundle, after its networks were checked against their description and tried.
   *
   * @param residual the stem that is what the others leave; empty for the usual one
   * @throws InputException when a network is not as it is described, or not safe to run
   */
  public ModelBundle bundle(Description description, Optional<Stem> residual, Rights rights) {
    String now = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
    String names = files.stream().map(Path::getName).collect(Collectors.joining(", "));
    Origin.Imported origin =
        new Origin.Imported(rights.licence, rights.source, names, Version.stemspark(), now);
    return checked(
        () ->
            ModelBundle.importing(
                description.stft(), residual, description.members(), description.models(), origin));
  }
}
