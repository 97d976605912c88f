package io.stemspark.internal.storage;

import java.nio.file.attribute.BasicFileAttributes;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.permission.FsPermission;

/** The status of an entry of a local folder, with more kinds than Hadoop's own class has. */
public final class LocalStatus extends FileStatus {
  private static final long serialVersionUID = 1;
  private static final long BLOCK_BYTES = 32L << 20;

  /** What an entry is; for a link, what it leads to. */
  public enum Kind {
    FILE,
    FOLDER,
    /** A pipe, a socket or a device, which might block or never end. */
    SPECIAL,
    BROKEN_LINK,
    /** A link to a folder that holds it. */
    CYCLE
  }

  private final Kind kind;

  LocalStatus(Path path, Kind kind, BasicFileAttributes attributes) {
    super(
        kind == Kind.FILE ? attributes.size() : 0,
        kind == Kind.FOLDER,
        1,
        BLOCK_BYTES,
        attributes.lastModifiedTime().toMillis(),
        attributes.lastAccessTime().toMillis(),
        kind == Kind.FOLDER ? FsPermission.getDirDefault() : FsPermission.getFileDefault(),
        "",
        "",
        path);
    this.kind = kind;
  }

  public Kind kind() {
    return kind;
  }

  @Override
  public boolean isFile() {
    return kind == Kind.FILE;
  }
}
