package io.stemspark.internal.process;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32;
import org.bytedeco.javacpp.Loader;

/**
 * The folder that native libraries are unpacked to and loaded from. It belongs to the user of this
 * process and nobody else can write to it: code that another user put there would run as this user.
 * Each build of the program has its own folder.
 *
 * <p>It lies in {@code $XDG_CACHE_HOME} or {@code ~/.cache}. Where these cannot be written to, it
 * lies in the system's folder for temporary files. Where another user is in the way there, it lies
 * in the folder of this process. A folder that the user names by JavaCPP's property is not checked.
 */
public final class NativeLibraries {
  private static final String JAVACPP_CACHE = "org.bytedeco.javacpp.cachedir";

  /** The end of a jar has its table of contents, with a checksum of every entry. */
  private static final int SUMMED_BYTES = 8 << 20;

  private static Path folder;

  private NativeLibraries() {}

  /** Sets JavaCPP's folder, unless the user has set another. */
  public static synchronized void prepare() {
    if (System.getProperty(JAVACPP_CACHE) == null) {
      System.setProperty(JAVACPP_CACHE, folder().toString());
    }
  }

  /** The folder. */
  public static synchronized Path folder() {
    String told = System.getProperty(JAVACPP_CACHE);
    if (told != null) {
      return Path.of(told);
    }
    if (folder == null) {
      folder = find();
    }
    return folder;
  }

  private static Path find() {
    String build = build();
    for (Path base : bases()) {
      Optional<Path> found = in(base, build);
      if (found.isPresent()) {
        return found.get();
      }
    }
    try {
      return PrivateFolders.require(ProcessFolder.get().resolve("native"));
    } catch (IOException e) {
      throw new UncheckedIOException(
          "There is no folder for native libraries: none of %s can be written to."
              .formatted(bases()),
          e);
    }
  }

  /** Empty where this user cannot write or another user is in the way: the next place may do. */
  private static Optional<Path> in(Path base, String build) {
    try {
      Files.createDirectories(base);
      PrivateFolders.requireNobodyElseMoves(base);
      Path top = PrivateFolders.require(base.resolve(name(base)));
      Path all = PrivateFolders.require(top.resolve("native"));
      return Optional.of(PrivateFolders.require(all.resolve(build)));
    } catch (IOException | UnsupportedOperationException | SecurityException e) {
      return Optional.empty();
    }
  }

  private static List<Path> bases() {
    List<Path> bases = new ArrayList<>();
    String cache = System.getenv("XDG_CACHE_HOME");
    if (cache != null && Path.of(cache).isAbsolute()) {
      bases.add(Path.of(cache));
    }
    // Java says "?" for a user without an entry in the system's list.
    String home = System.getProperty("user.home", "?");
    if (Path.of(home).isAbsolute()) {
      bases.add(Path.of(home, ".cache"));
    }
    bases.add(ProcessFolder.PARENT);
    return bases;
  }

  private static String name(Path base) {
    boolean shared = base.equals(ProcessFolder.PARENT);
    return shared ? "stemspark-" + PrivateFolders.user() : "stemspark";
  }

  /** Identifies this build: the length and a checksum of the jar that it comes in. */
  private static String build() {
    CodeSource source = Loader.class.getProtectionDomain().getCodeSource();
    try {
      return source == null ? "unknown" : sum(Path.of(source.getLocation().toURI()));
    } catch (IOException | URISyntaxException | IllegalArgumentException e) {
      return "unknown";
    }
  }

  /** Nobody else can write to the folder, so that nobody gains by another jar of the same sum. */
  private static String sum(Path jar) throws IOException {
    long length = Files.size(jar);
    try (InputStream content = Files.newInputStream(jar)) {
      content.skipNBytes(Math.max(0, length - SUMMED_BYTES));
      CRC32 sum = new CRC32();
      sum.update(content.readNBytes(SUMMED_BYTES));
      return "%x-%08x".formatted(length, sum.getValue());
    }
  }

  /**
   * Unpacks libraries that are not JavaCPP's.
   *
   * @param owner a class of the jar that holds them
   * @param resources their folder in the jar
   * @param names of files; those that the jar does not have are passed over
   * @return the folder that they are in
   */
  public static synchronized Path unpack(Class<?> owner, String resources, List<String> names) {
    try {
      Files.createDirectories(folder());
      Path target = PrivateFolders.require(folder().resolve(owner.getPackageName()));
      for (String name : names) {
        URL library = owner.getResource(resources + "/" + name);
        if (library != null) {
          unpack(library, target.resolve(name));
        }
      }
      return target;
    } catch (IOException e) {
      throw new UncheckedIOException(
          "Native libraries cannot be unpacked to %s: %s".formatted(folder(), e.getMessage()), e);
    }
  }

  /** Another process may do the same at this moment; a library is whole once it has its name. */
  private static void unpack(URL library, Path target) throws IOException {
    long size = library.openConnection().getContentLengthLong();
    if (Files.exists(target) && Files.size(target) == size) {
      return;
    }
    Path part = Files.createTempFile(target.getParent(), "part", null);
    try {
      try (InputStream content = library.openStream()) {
        Files.copy(content, part, StandardCopyOption.REPLACE_EXISTING);
      }
      Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(part);
    }
  }
}
