package io.stemspark.internal.jobs;

import io.stemspark.bundle.Manifest;
import io.stemspark.bundle.ModelBundle;
import io.stemspark.bundle.Origin;
import io.stemspark.internal.export.NetworkWork;
import io.stemspark.internal.export.TrainedWeights;
import io.stemspark.internal.lease.LeaseRequest;
import io.stemspark.internal.onnx.InferenceSettings;
import io.stemspark.internal.onnx.Network;
import io.stemspark.internal.onnx.OnnxNetwork;
import io.stemspark.internal.pipeline.BundleOutput;
import io.stemspark.internal.pipeline.Inputs;
import io.stemspark.internal.pipeline.Version;
import io.stemspark.internal.separation.NetworkCost;
import io.stemspark.internal.separation.NetworkLoader;
import io.stemspark.internal.storage.Locations;
import io.stemspark.network.NetworkSpec;
import io.stemspark.network.NetworkSpec.Axes;
import io.stemspark.network.Precision;
import io.stemspark.patch.PatchConfig;
import io.stemspark.run.InputException;
import io.stemspark.spectrogram.StftConfig;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** Makes a model bundle of a network that was fitted elsewhere. */
public final class BundleImport {
  private static final int MAX_BYTES = 1 << 30;

  private final Path file;
  private final byte[] model;

  private BundleImport(Path file, byte[] model) {
    this.file = file;
    this.model = model;
  }

  /**
   * Reads an ONNX file.
   *
   * @param sha256 what its hash must be, in hexadecimal; null for any
   * @throws InputException when it cannot be read, or is another file
   */
  public static BundleImport open(String file, String sha256, Configuration configuration) {
    return Inputs.check(
        () -> {
          Path path = Locations.of(file);
          try (InputStream stream = path.getFileSystem(configuration).open(path)) {
            byte[] model = stream.readNBytes(MAX_BYTES + 1);
            if (model.length > MAX_BYTES) {
              throw new IOException(
                  "%s has more than %d bytes, and cannot be imported.".formatted(file, MAX_BYTES));
            }
            requireHash(file, model, sha256);
            return new BundleImport(path, model);
          }
        });
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
   * The size of a patch.
   *
   * @param frames null for what the network says
   * @param bins null for what the network says
   * @throws InputException when neither the parameters nor the network give a size
   */
  public PatchConfig patch(Axes axes, Integer frames, Integer bins) {
    return Inputs.check(
        () -> {
          try {
            return OnnxNetwork.patch(model, axes, frames, bins);
          } catch (IllegalArgumentException e) {
            throw new IOException(file + " cannot be imported. " + e.getMessage(), e);
          }
        });
  }

  /**
   * What a network may be used for.
   *
   * @param licence an SPDX identifier, or words; empty if nobody has said
   * @param source who made it and where it was found; empty if nobody has said
   */
  public record Rights(String licence, String source) {}

  /**
   * Checks the network against its description and writes the bundle.
   *
   * @param request how to hold the bundle's training, if it has one
   * @return the manifest
   * @throws InputException when the network is not as it is described, or not safe to run
   */
  public String write(
      String bundle,
      StftConfig stft,
      NetworkSpec network,
      Rights rights,
      LeaseRequest request,
      Configuration configuration)
      throws IOException {
    ModelBundle imported =
        Inputs.check(() -> checked(bundle, stft, network, rights, configuration));
    try (BundleOutput output = new BundleOutput(bundle, request, configuration)) {
      output.write(imported::write);
      return imported.describe();
    }
  }

  private ModelBundle checked(
      String bundle,
      StftConfig stft,
      NetworkSpec network,
      Rights rights,
      Configuration configuration)
      throws IOException {
    Inputs.requireWritableParent(bundle, configuration);
    String now = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
    Origin.Imported origin =
        new Origin.Imported(
            rights.licence, rights.source, file.getName(), Version.stemspark(), now);
    try {
      return ModelBundle.importing(model, stft, network, origin);
    } catch (IllegalArgumentException e) {
      throw new IOException(file + " cannot be imported. " + e.getMessage(), e);
    }
  }

  /**
   * A bundle in words.
   *
   * @param manifest as JSON
   * @param cost of its network
   */
  public record Shown(String manifest, String cost) {}

  /**
   * The manifest of a bundle, after all checks, and what its network costs on this machine.
   *
   * @throws InputException when it is not a usable bundle
   */
  public static Shown show(String bundle, Configuration configuration) {
    return Inputs.check(
        () -> {
          ModelBundle read = Inputs.readBundle(bundle, configuration);
          Inputs.requireRuns(bundle, read);
          return Inputs.fromBundle(
              bundle,
              () -> {
                TrainedWeights.requireSound(read);
                return new Shown(read.describe(), cost(read));
              });
        });
  }

  private static String cost(ModelBundle bundle) {
    Manifest manifest = bundle.manifest();
    List<Precision> precisions =
        bundle.int8().isPresent()
            ? List.of(Precision.INT8, Precision.FLOAT)
            : List.of(Precision.FLOAT);
    List<String> times = new ArrayList<>();
    for (Precision precision : precisions) {
      try (Network network = NetworkLoader.load(bundle, InferenceSettings.oneThread(precision))) {
        times.add(
            "%.1f ms in %s"
                .formatted(
                    NetworkCost.milliseconds(network, manifest.network(), manifest.stft()),
                    precision == Precision.INT8 ? "8-bit" : "float"));
      }
    }
    String work =
        manifest.origin() instanceof Origin.Fitted fitted
            ? NetworkWork.describe(fitted.unet(), manifest.patch(), manifest.stft()) + ". "
            : "";
    return "%sA second of stereo takes a core of this machine %s."
        .formatted(work, String.join(", ", times));
  }
}
