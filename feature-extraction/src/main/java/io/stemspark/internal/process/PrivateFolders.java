package io.stemspark.internal.process;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** Folders that nobody but the user of this process can write to, or look into. */
final class PrivateFolders {
  private static final Path SELF = Path.of("/proc/self");
  private static final int OTHERS_WRITE = 0022;
  private static final int STICKY = 01000;
  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rwx------");

  private PrivateFolders() {}

  /** The number of the user of this process; -1 where the system has none. */
  static int user() {
    try {
      return (Integer) Files.getAttribute(SELF, "unix:uid");
    } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
      return -1;
    }
  }

  /**
   * Makes sure of a folder: creates it, or takes the one that is there.
   *
   * @throws IOException when it cannot be created, is a link, or belongs to another user
   */
  static Path require(Path folder) throws IOException {
    try {
      Files.createDirectory(folder, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
    } catch (FileAlreadyExistsException e) {
      requireOwn(folder);
    } catch (UnsupportedOperationException e) {
      Files.createDirectories(folder); // A file system without owners keeps nobody out.
    }
    return folder;
  }

  /** Whether this is a folder, not a link to one, that belongs to the user of this process. */
  static boolean isOwn(Path folder) throws IOException {
    try {
      return Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)
          && (Integer) Files.getAttribute(folder, "unix:uid", LinkOption.NOFOLLOW_LINKS) == user();
    } catch (UnsupportedOperationException | IllegalArgumentException e) {
      return true; // A file system without owners.
    }
  }

  /**
   * Makes sure that nobody else can put another folder in the place of one that lies here, or in
   * the place of this one.
   *
   * @throws IOException when somebody can
   */
  static void requireNobodyElseMoves(Path folder) throws IOException {
    if (user() < 0) {
      return;
    }
    for (Path above = folder.toRealPath(); above != null; above = above.getParent()) {
      int owner = (Integer) Files.getAttribute(above, "unix:uid");
      int mode = (Integer) Files.getAttribute(above, "unix:mode");
      boolean othersWrite = (mode & OTHERS_WRITE) != 0 && (mode & STICKY) == 0;
      if ((owner != 0 && owner != user()) || othersWrite) {
        throw new IOException(above + " is a folder in which another user may move things.");
      }
    }
  }

  private static void requireOwn(Path folder) throws IOException {
    if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
      throw new IOException(folder + " is not a folder.");
    }
    int owner = (Integer) Files.getAttribute(folder, "unix:uid", LinkOption.NOFOLLOW_LINKS);
    if (owner != user()) {
      throw new IOException(
          "%s belongs to user %d, and this process runs as user %d."
              .formatted(folder, owner, user()));
    }
    if (!Files.getPosixFilePermissions(folder).equals(OWNER_ONLY)) {
      Files.setPosixFilePermissions(folder, OWNER_ONLY);
    }
  }
}
