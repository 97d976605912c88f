package io.stemspark.jobs.storage;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.RemoteIterator;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.util.functional.RemoteIterators;

/**
 * Hadoop's local file system without {@code .crc} files beside every file that it writes, and
 * without a process started for every file that it lists or writes.
 */
public final class PlainLocalFileSystem extends LocalFileSystem {
  public PlainLocalFileSystem() {
    super(new WithoutChmod());
  }

  /** Hadoop asks the command {@code chmod} where its native library is not at hand. */
  private static final class WithoutChmod extends RawLocalFileSystem {
    @Override
    public void setPermission(Path path, FsPermission permission) throws IOException {
      PosixFileAttributeView file =
          Files.getFileAttributeView(pathToFile(path).toPath(), PosixFileAttributeView.class);
      if (file != null) {
        String text = permission.toString().replace('t', 'x').replace('T', '-');
        file.setPermissions(PosixFilePermissions.fromString(text));
      }
    }
  }

  @Override
  public void initialize(URI name, Configuration configuration) throws IOException {
    super.initialize(name, configuration);
    setWriteChecksum(false);
    setVerifyChecksum(false);
  }

  @Override
  public RemoteIterator<LocatedFileStatus> listLocatedStatus(Path folder) throws IOException {
    return RemoteIterators.mappingRemoteIterator(
        listStatusIterator(folder), PlainLocalFileSystem::withoutOwner);
  }

  /** Hadoop asks the command {@code ls} for owner and permissions, which nobody here looks at. */
  private static LocatedFileStatus withoutOwner(FileStatus file) {
    return new LocatedFileStatus(
        file.getLen(),
        file.isDirectory(),
        file.getReplication(),
        file.getBlockSize(),
        file.getModificationTime(),
        file.getAccessTime(),
        null,
        null,
        null,
        null,
        file.getPath(),
        false,
        false,
        false,
        null);
  }
}
