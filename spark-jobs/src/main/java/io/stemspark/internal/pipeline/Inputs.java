package io.stemspark.internal.pipeline;

import io.stemspark.bundle.BundleException;
import io.stemspark.bundle.ModelBundle;
import io.stemspark.internal.dataset.DatasetManifest;
import io.stemspark.internal.lease.Lease;
import io.stemspark.internal.lease.LeaseRequest;
import io.stemspark.internal.scores.ScoreFiles;
import io.stemspark.internal.separation.NetworkLoader;
import io.stemspark.internal.storage.FileTree;
import io.stemspark.internal.storage.Locations;
import io.stemspark.internal.storage.Retries;
import io.stemspark.internal.text.Reason;
import io.stemspark.network.Precision;
import io.stemspark.run.InputException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;
import org.apache.commons.io.function.IOBiFunction;
import org.apache.commons.io.function.IOSupplier;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** Checks of what the user named, made without Spark. */
public final class Inputs {
  private static final String PROBE = ".stemspark-";

  private Inputs() {}

  /**
   * Runs checks.
   *
   * @throws InputException when one of them fails
   */
  public static <T> T check(IOSupplier<T> check) {
    try {
      return check.get();
    } catch (IOException | UncheckedIOException | IllegalArgumentException e) {
      throw new InputException(Reason.of(e), e);
    }
  }

  public static ModelBundle readBundle(String file, Configuration configuration)
      throws IOException {
    return read(file, ModelBundle::read, configuration);
  }

  /** The same without what only training needs. */
  public static ModelBundle readForInference(String file, Configuration configuration)
      throws IOException {
    Optional<java.nio.file.Path> local = Locations.localFile(file, configuration);
    return local.isPresent()
        ? ModelBundle.readForInference(local.get())
        : read(file, ModelBundle::readForInference, configuration);
  }

  private static ModelBundle read(
      String file,
      IOBiFunction<String, InputStream, ModelBundle> reader,
      Configuration configuration)
      throws IOException {
    Path path = Locations.of(file);
    FileSystem files = path.getFileSystem(configuration);
    if (!Retries.call(() -> files.exists(path) && files.getFileStatus(path).isFile())) {
      throw new FileNotFoundException(file + " does not exist, or is not a file.");
    }
    try (InputStream stream = Retries.call(() -> files.open(path))) {
      return reader.apply(file, stream);
    }
  }

  /** Proves that the bundle's network runs and gives numbers. */
  public static void requireRuns(String file, ModelBundle bundle) throws IOException {
    try {
      bundle.requireRuns();
    } catch (IllegalArgumentException e) {
      throw new IOException(
          "%s is not a usable model bundle. %s".formatted(file, e.getMessage()), e);
    }
  }

  /** Proves that the bundle has a network of some precision. */
  public static void requireHas(String file, ModelBundle bundle, Precision precision)
      throws IOException {
    try {
      NetworkLoader.requireHas(bundle, precision);
    } catch (IllegalArgumentException e) {
      throw new IOException(
          "%s cannot be used with stemspark.separation.precision = %s. %s"
              .formatted(file, precision.name().toLowerCase(Locale.ROOT), e.getMessage()),
          e);
    }
  }

  /** Reads something out of a bundle, with a failure that names the bundle. */
  public static <T> T fromBundle(String name, IOSupplier<T> reading) throws IOException {
    try {
      return reading.get();
    } catch (BundleException e) {
      throw new BundleException(
          "%s is not a usable model bundle. %s".formatted(name, e.getMessage()), e);
    }
  }

  /**
   * Looks up a folder that a run will write to, and that need not be there yet.
   *
   * @return its full URI, which means the same in every process
   */
  public static String outputFolder(String folder, Configuration configuration) throws IOException {
    Path given = Locations.of(folder);
    FileSystem files = given.getFileSystem(configuration);
    Path path = files.makeQualified(given);
    Path there = path;
    while (!there.isRoot() && !exists(files, there)) {
      there = there.getParent();
    }
    Path nearest = there;
    if (!nearest.isRoot() && Retries.call(() -> files.getFileStatus(nearest).isFile())) {
      throw new IOException(
          "%s is not a folder that can be written to: %s is a file.".formatted(folder, nearest));
    }
    return path.toString();
  }

  /**
   * Creates the folder if need be and proves that a file can be written into it.
   *
   * @return its full URI, which means the same in every process
   */
  public static String writableFolder(String folder, Configuration configuration)
      throws IOException {
    Path given = Locations.of(folder);
    FileSystem files = given.getFileSystem(configuration);
    Path path = files.makeQualified(given);
    Path probe = new Path(path, PROBE + UUID.randomUUID());
    try {
      Retries.run(
          () -> {
            files.mkdirs(path);
            try (OutputStream stream = files.create(probe, true)) {
              stream.write(0);
            }
            files.delete(probe, false);
          });
      return path.toString();
    } catch (IOException e) {
      throw new IOException(
          "%s is not a folder that can be written to: %s".formatted(folder, Reason.of(e)), e);
    }
  }

  private static boolean exists(FileSystem files, Path path) throws IOException {
    return Retries.call(() -> files.exists(path));
  }

  /**
   * Takes the lease of an output folder for a run of a job.
   *
   * @throws InputException when another run holds it
   */
  public static Lease lease(
      String output, String job, LeaseRequest request, Configuration configuration) {
    return check(
        () ->
            Lease.take(
                output,
                job,
                TrackPipeline.newName(),
                request.duration(),
                request.takeOver(),
                configuration));
  }

  /** The same for a folder that may not exist yet. */
  public static Lease lease(
      Path folder, String job, LeaseRequest request, Configuration configuration) {
    String output =
        check(() -> folder.getFileSystem(configuration).makeQualified(folder).toString());
    return lease(output, job, request, configuration);
  }

  /**
   * Proves that a run of a job could take an output folder, whoever is at work there now.
   *
   * @throws InputException when the folder is another job's
   */
  public static void requireSameJob(String output, String job, Configuration configuration) {
    check(
        () -> {
          Lease.requireSameJob(output, job, configuration);
          return output;
        });
  }

  /** Proves that a file can be written, and creates its folder if need be. */
  public static void requireWritableParent(String file, Configuration configuration)
      throws IOException {
    Path path = Locations.of(file);
    FileSystem files = path.getFileSystem(configuration);
    if (Retries.call(() -> files.exists(path) && !files.getFileStatus(path).isFile())) {
      throw new IOException(file + " is a folder or a device. Name a file to write.");
    }
    writableFolder(files.makeQualified(path).getParent().toString(), configuration);
  }

  /**
   * Refuses a folder that holds something which this job does not write: two jobs' results in one
   * folder would be taken for each other.
   *
   * @param own tells this job's files and folders by their names
   * @param what the folder is for
   */
  public static void requireNothingElse(
      String folder, Predicate<String> own, String what, Configuration configuration)
      throws IOException {
    for (FileStatus entry : FileTree.children(Locations.of(folder), configuration)) {
      String name = entry.getPath().getName();
      boolean hidden = name.startsWith("_") || name.startsWith(".");
      if (!hidden && !own.test(name)) {
        throw new IOException(
            "%s already holds something else, such as %s. Name a new folder for %s."
                .formatted(folder, name, what));
      }
    }
  }

  /** Refuses a folder with results of another job. Stems may lie among all other files. */
  public static void requireNoOtherJob(String folder, Configuration configuration)
      throws IOException {
    Path path = Locations.of(folder);
    FileSystem files = path.getFileSystem(configuration);
    for (String name : List.of(DatasetManifest.FILE, ScoreFiles.TABLE)) {
      Path file = new Path(path, name);
      if (Retries.call(() -> files.exists(file) && files.getFileStatus(file).isFile())) {
        throw new IOException(
            "%s already holds something else, such as %s. Name a new folder for the stems."
                .formatted(folder, name));
      }
    }
  }
}
