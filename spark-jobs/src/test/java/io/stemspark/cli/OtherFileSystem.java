package io.stemspark.cli;

import java.io.IOException;
import java.net.URI;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;

/** The local disk under the name of another file system, which has a bucket and no capabilities. */
public final class OtherFileSystem extends RawLocalFileSystem {
  private URI uri;

  @Override
  public void initialize(URI name, Configuration configuration) throws IOException {
    uri = URI.create(name.getScheme() + "://" + name.getAuthority());
    super.initialize(uri, configuration);
  }

  @Override
  public URI getUri() {
    // The constructor asks too.
    return uri == null ? super.getUri() : uri;
  }

  /** Without owners and permissions, which Hadoop asks of local files alone. */
  @Override
  public FileStatus getFileStatus(Path path) throws IOException {
    FileStatus file = super.getFileStatus(path);
    return new FileStatus(
        file.getLen(),
        file.isDirectory(),
        file.getReplication(),
        file.getBlockSize(),
        file.getModificationTime(),
        file.getPath());
  }
}
