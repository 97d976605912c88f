package io.stemspark.jobs.storage;

import java.io.IOException;
import java.net.URI;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;
import org.apache.hadoop.util.functional.RemoteIterators;

/**
 * Hadoop's local file system without {@code .crc} files beside every file that it writes, and
 * without a process started for every file that it lists.
 */
public final class PlainLocalFileSystem extends LocalFileSystem {
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
