package io.stemspark.internal.jobs;

import io.stemspark.bundle.Manifest;
import io.stemspark.bundle.ModelBundle;
import io.stemspark.bundle.Origin;
import io.stemspark.internal.export.NetworkWork;
import io.stemspark.internal.export.TrainedWeights;
import io.stemspark.internal.onnx.InferenceSettings;
import io.stemspark.internal.onnx.Network;
import io.stemspark.internal.pipeline.Inputs;
import io.stemspark.internal.separation.NetworkCost;
import io.stemspark.internal.separation.NetworkLoader;
import io.stemspark.internal.storage.FileTree;
import io.stemspark.internal.storage.Locations;
import io.stemspark.internal.storage.Retries;
import io.stemspark.internal.text.Reason;
import io.stemspark.internal.text.SafeText;
import io.stemspark.network.NetworkSpec;
import io.stemspark.network.Precision;
import io.stemspark.network.Stem;
import io.stemspark.run.InputException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** Looks into bundles. */
public final class BundleLook {
  private static final String EXTENSION = ".bundle";
  private static final String ROW = "%-32s %6s  %-36s %9s  %-16s %s";

  private BundleLook() {}

  /**
   * The bundles of a folder, a line each: what their manifests say, which is not checked against
   * their networks.
   *
   * @throws InputException when there is no such folder
   */
  public static List<String> list(String folder, Configuration configuration) {
    return Inputs.check(
        () -> {
          Path path = Locations.of(folder);
          FileSystem files = path.getFileSystem(configuration);
          if (!Retries.call(() -> files.exists(path))) {
            throw new IOException(folder + " does not exist. Expected a folder of bundles.");
          }
          List<String> lines = new ArrayList<>();
          lines.add(ROW.formatted("file", "MB", "stems", "networks", "licence", "source"));
          for (FileStatus file : FileTree.children(path, configuration)) {
            if (file.isFile() && file.getPath().getName().endsWith(EXTENSION)) {
              lines.add(line(file, files));
            }
          }
          return lines;
        });
  }

  private static String line(FileStatus file, FileSystem files) {
    String name = file.getPath().getName();
    try (InputStream stream = Retries.call(() -> files.open(file.getPath()))) {
      Manifest manifest = ModelBundle.readManifest(name, stream);
      Origin origin = manifest.origin();
      return SafeText.line(
          ROW.formatted(
              name,
              "%.1f".formatted(file.getLen() / 1e6),
              manifest.stems().stream().map(Stem::name).collect(Collectors.joining(", ")),
              manifest.members().size(),
              origin.licence().isEmpty() ? "not said" : origin.licence(),
              source(origin)));
    } catch (IOException e) {
      return SafeText.line("%-32s %s".formatted(name, Reason.of(e)));
    }
  }

  private static String source(Origin origin) {
    return origin instanceof Origin.Imported imported ? imported.source() : "trained by Stemspark";
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
    boolean int8 =
        manifest.members().stream().anyMatch(member -> bundle.int8(member.name()).isPresent());
    List<Precision> precisions =
        int8 ? List.of(Precision.AUTO, Precision.FLOAT) : List.of(Precision.FLOAT);
    List<String> times = new ArrayList<>();
    for (Precision precision : precisions) {
      times.add(
          "%.1f ms in %s"
              .formatted(
                  milliseconds(bundle, precision),
                  precision == Precision.AUTO ? "8-bit" : "float"));
    }
    String work =
        manifest.origin() instanceof Origin.Fitted fitted
            ? NetworkWork.describe(fitted.unet(), manifest.patch(), manifest.stft()) + ". "
            : "";
    return "%sA second of stereo takes a core of this machine %s."
        .formatted(work, String.join(", ", times));
  }

  /** Of all networks, one after the other. */
  private static double milliseconds(ModelBundle bundle, Precision precision) {
    Manifest manifest = bundle.manifest();
    List<Network> networks = NetworkLoader.loadAll(bundle, InferenceSettings.oneThread(precision));
    try {
      double sum = 0;
      for (int i = 0; i < networks.size(); i++) {
        NetworkSpec spec = manifest.members().get(i).network();
        sum += NetworkCost.milliseconds(networks.get(i), spec, manifest.stft());
      }
      return sum;
    } finally {
      networks.forEach(Network::close);
    }
  }
}
