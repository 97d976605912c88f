package io.stemspark.internal.storage;

import io.stemspark.internal.process.ProcessFolder;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FSInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.PathIsNotEmptyDirectoryException;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.RemoteIterator;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.util.Progressable;
import org.apache.hadoop.util.functional.RemoteIterators;

/**
 * Hadoop's local file system without {@code .crc} files beside every file that it writes, and
 * without a process started for every file that it lists or writes. It lists every name, while
 * Hadoop's own skips those that the process's locale cannot hold ({@link LocalPaths}). Links that
 * lead nowhere or in a circle, pipes, sockets and devices are listed as what they are ({@link
 * LocalStatus}).
 */
public final class PlainLocalFileSystem extends LocalFileSystem {
  public PlainLocalFileSystem() {
    super(new AllNames());
  }

  @Override
  public void initialize(URI name, Configuration configuration) throws IOException {
    super.initialize(name, configuration);
    setWriteChecksum(false);
    setVerifyChecksum(false);
  }

  @Override
  public FileStatus[] listStatus(Path folder) throws IOException {
    return getRawFileSystem().listStatus(folder);
  }

  @Override
  public RemoteIterator<FileStatus> listStatusIterator(Path folder) throws IOException {
    return RemoteIterators.remoteIteratorFromArray(listStatus(folder));
  }

  @Override
  public RemoteIterator<LocatedFileStatus> listLocatedStatus(Path folder) throws IOException {
    return RemoteIterators.mappingRemoteIterator(
        listStatusIterator(folder), file -> new LocatedFileStatus(file, null));
  }

  /** Uses java.nio, whose paths are bytes; java.io.File has only names that the locale can hold. */
  private static final class AllNames extends RawLocalFileSystem {
    private static final int ATTEMPTS = 10;

    private java.nio.file.Path local(Path path) {
      return LocalPaths.of(path.isAbsolute() ? path : new Path(getWorkingDirectory(), path));
    }

    @Override
    public FileStatus getFileStatus(Path path) throws IOException {
      return status(path, local(path));
    }

    @Override
    public FileStatus getFileLinkStatus(Path path) throws IOException {
      return getFileStatus(path);
    }

    private FileStatus status(Path path, java.nio.file.Path local) throws IOException {
      Path full = makeQualified(path);
      try {
        BasicFileAttributes attributes = Files.readAttributes(local, BasicFileAttributes.class);
        if (attributes.isRegularFile()) {
          return new LocalStatus(full, LocalStatus.Kind.FILE, attributes);
        }
        if (!attributes.isDirectory()) {
          return new LocalStatus(full, LocalStatus.Kind.SPECIAL, attributes);
        }
        boolean cycle = Files.isSymbolicLink(local) && holdsItself(local);
        return new LocalStatus(
            full, cycle ? LocalStatus.Kind.CYCLE : LocalStatus.Kind.FOLDER, attributes);
      } catch (IOException e) {
        if (!Files.isSymbolicLink(local)) {
          throw e instanceof NoSuchFileException ? notFound(full, e) : e;
        }
        // What cannot be read may be a song; else the link leads nowhere, or in a circle.
        boolean unreadable = e instanceof AccessDeniedException;
        return new LocalStatus(
            full,
            unreadable ? LocalStatus.Kind.FILE : LocalStatus.Kind.BROKEN_LINK,
            Files.readAttributes(local, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS));
      }
    }

    /** Whether one of the folders on the way to a link is the one that it leads to. */
    private static boolean holdsItself(java.nio.file.Path link) throws IOException {
      java.nio.file.Path target = link.toRealPath();
      for (java.nio.file.Path above = link.getParent(); above != null; above = above.getParent()) {
        if (above.toRealPath().equals(target)) {
          return true;
        }
      }
      return false;
    }

    private static FileNotFoundException notFound(Path path, IOException cause) {
      return (FileNotFoundException)
          new FileNotFoundException(path + " does not exist.").initCause(cause);
    }

    @Override
    public FileStatus[] listStatus(Path path) throws IOException {
      java.nio.file.Path local = local(path);
      if (Files.exists(local) && !Files.isDirectory(local)) {
        return new FileStatus[] {getFileStatus(path)}; // Opening a pipe would wait for a writer.
      }
      List<FileStatus> found = new ArrayList<>();
      try (DirectoryStream<java.nio.file.Path> entries = Files.newDirectoryStream(local)) {
        for (java.nio.file.Path entry : entries) {
          addUnlessGone(found, Locations.child(path, LocalPaths.name(entry)), entry);
        }
      } catch (NoSuchFileException e) {
        throw notFound(path, e);
      } catch (java.nio.file.DirectoryIteratorException e) {
        throw e.getCause();
      }
      return found.toArray(FileStatus[]::new);
    }

    private void addUnlessGone(List<FileStatus> found, Path path, java.nio.file.Path local)
        throws IOException {
      try {
        found.add(status(path, local));
      } catch (FileNotFoundException e) {
        return; // It went away since the folder was read.
      }
    }

    @Override
    public FSDataInputStream open(Path path, int bufferSize) throws IOException {
      FileStatus status = getFileStatus(path);
      if (!status.isFile()) {
        throw new FileNotFoundException(path + " is not a regular file.");
      }
      return new FSDataInputStream(new Input(FileChannel.open(local(path))));
    }

    @Override
    public FSDataOutputStream create(
        Path path,
        boolean overwrite,
        int bufferSize,
        short replication,
        long blockSize,
        Progressable progress)
        throws IOException {
      java.nio.file.Path local = local(path);
      if (local.getParent() != null) {
        LocalFolders.create(local.getParent());
      }
      OpenOption[] options =
          overwrite ? new OpenOption[0] : new OpenOption[] {StandardOpenOption.CREATE_NEW};
      try {
        return new FSDataOutputStream(Files.newOutputStream(local, options), statistics);
      } catch (FileAlreadyExistsException e) {
        throw new org.apache.hadoop.fs.FileAlreadyExistsException(path + " exists already.");
      }
    }

    @Override
    public FSDataOutputStream create(
        Path path,
        FsPermission permission,
        boolean overwrite,
        int bufferSize,
        short replication,
        long blockSize,
        Progressable progress)
        throws IOException {
      return create(path, overwrite, bufferSize, replication, blockSize, progress);
    }

    @Override
    public boolean mkdirs(Path path) throws IOException {
      try {
        LocalFolders.create(local(path));
        return true;
      } catch (FileAlreadyExistsException e) {
        throw new org.apache.hadoop.fs.FileAlreadyExistsException(
            path + " is a file, and a folder of that name is needed.");
      }
    }

    @Override
    public boolean mkdirs(Path path, FsPermission permission) throws IOException {
      return mkdirs(path);
    }

    @Override
    public boolean rename(Path from, Path to) throws IOException {
      java.nio.file.Path target = local(to);
      if (Files.isDirectory(target)) {
        target = target.resolve(local(from).getFileName());
      }
      try {
        Files.move(local(from), target, StandardCopyOption.ATOMIC_MOVE);
        return true;
      } catch (NoSuchFileException e) {
        throw notFound(from, e);
      }
    }

    @Override
    public boolean delete(Path path, boolean recursive) throws IOException {
      java.nio.file.Path local = local(path);
      if (!Files.exists(local, LinkOption.NOFOLLOW_LINKS)) {
        return false;
      }
      if (recursive && Files.isDirectory(local, LinkOption.NOFOLLOW_LINKS)) {
        deleteAll(local);
        return true;
      }
      try {
        return Files.deleteIfExists(local);
      } catch (java.nio.file.DirectoryNotEmptyException e) {
        throw new PathIsNotEmptyDirectoryException(path.toString());
      }
    }

    /** Deletes a folder, and tries again while another process adds to it. */
    private static void deleteAll(java.nio.file.Path folder) throws IOException {
      for (int attempt = 1; ; attempt++) {
        try {
          ProcessFolder.deleteTree(folder);
          return;
        } catch (java.nio.file.DirectoryNotEmptyException e) {
          if (attempt == ATTEMPTS) {
            throw new PathIsNotEmptyDirectoryException(folder.toString());
          }
        }
      }
    }

    /** Hadoop itself runs the command {@code chmod} where its native library is missing. */
    @Override
    public void setPermission(Path path, FsPermission permission) throws IOException {
      PosixFileAttributeView file =
          Files.getFileAttributeView(local(path), PosixFileAttributeView.class);
      if (file != null) {
        String text = permission.toString().replace('t', 'x').replace('T', '-');
        file.setPermissions(PosixFilePermissions.fromString(text));
      }
    }
  }

  /** Reads at any position. */
  private static final class Input extends FSInputStream {
    private final FileChannel channel;

    Input(FileChannel channel) {
      this.channel = channel;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      return length == 0 ? 0 : channel.read(ByteBuffer.wrap(into, offset, length));
    }

    @Override
    public int read(long position, byte[] into, int offset, int length) throws IOException {
      return length == 0 ? 0 : channel.read(ByteBuffer.wrap(into, offset, length), position);
    }

    @Override
    public void seek(long position) throws IOException {
      if (position < 0 || position > channel.size()) {
        throw new EOFException(
            "The position %d lies outside of the file, which has %d bytes."
                .formatted(position, channel.size()));
      }
      channel.position(position);
    }

    @Override
    public long getPos() throws IOException {
      return channel.position();
    }

    @Override
    public boolean seekToNewSource(long position) {
      return false;
    }

    @Override
    public int available() throws IOException {
      return (int) Math.min(Integer.MAX_VALUE, channel.size() - channel.position());
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }
}
