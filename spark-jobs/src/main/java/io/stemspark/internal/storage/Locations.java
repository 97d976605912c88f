package io.stemspark.internal.storage;

import io.stemspark.internal.text.SafeText;
import java.net.URI;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** Paths and URIs as users write them. */
public final class Locations {
  /** A name may hold a colon. A scheme is followed by a slash, or is one that needs none. */
  private static final Pattern SCHEME =
      Pattern.compile("(jar|data|file|https?|[A-Za-z][A-Za-z0-9+.-]+(?=:/)):.*", Pattern.DOTALL);

  private Locations() {}

  /** The scheme of a location, if it is a URI. */
  public static Optional<String> scheme(String location) {
    Matcher scheme = SCHEME.matcher(location);
    return scheme.matches() ? Optional.of(scheme.group(1)) : Optional.empty();
  }

  /** The path of any name in a folder. Hadoop itself takes the text before a colon for a scheme. */
  public static Path child(Path folder, String name) {
    return suffixed(folder, (folder.toUri().getPath().endsWith("/") ? "" : "/") + name);
  }

  /** A path with a suffix at its end. */
  public static Path suffixed(Path path, String suffix) {
    URI uri = path.toUri();
    return new Path(uri.getScheme(), uri.getAuthority(), uri.getPath() + suffix);
  }

  /** The folder of the log of a bundle's training, in which the training's lease lies too. */
  public static Path trainingFolder(String bundle) {
    return suffixed(of(bundle), ".training");
  }

  /** A local file, if that is what the user names, and Java's own names lead to it. */
  public static Optional<java.nio.file.Path> localFile(
      String location, Configuration configuration) {
    String scheme =
        scheme(location).orElseGet(() -> FileSystem.getDefaultUri(configuration).getScheme());
    if (!scheme.equals("file")) {
      return Optional.empty();
    }
    java.nio.file.Path file =
        LocalPaths.of(new Path(new Path(System.getProperty("user.dir")), of(location)));
    return file.toFile().isFile() ? Optional.of(file) : Optional.empty();
  }

  /**
   * The path that a user names.
   *
   * @throws IllegalArgumentException when it is none, or holds a credential: it would end up in
   *     journals, reports and logs
   */
  public static Path of(String location) {
    if (location.isBlank()) {
      throw new IllegalArgumentException("The name is empty. Expected a path or a URI.");
    }
    if (SafeText.holdsCredential(location)) {
      throw new IllegalArgumentException(
          ("%s holds a credential. Name the path without it, and give credentials to the file"
                  + " system (conf/s3.conf).")
              .formatted(SafeText.redacted(location)));
    }
    try {
      boolean relative = scheme(location).isEmpty() && !location.startsWith("/");
      return new Path(relative && location.indexOf(':') >= 0 ? "./" + location : location);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "%s is not a path: %s".formatted(SafeText.line(location), e.getMessage()), e);
    }
  }
}
