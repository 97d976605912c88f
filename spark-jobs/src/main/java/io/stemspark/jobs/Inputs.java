package io.stemspark.jobs;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** Checks of what the user named, made before Spark starts. */
final class Inputs {
  private Inputs() {}

  static byte[] read(String file, Configuration configuration) throws IOException {
    Path path = new Path(file);
    FileSystem files = path.getFileSystem(configuration);
    if (!files.exists(path) || files.getFileStatus(path).isDirectory()) {
      throw new FileNotFoundException(file + ": no such file");
    }
    try (InputStream stream = files.open(path)) {
      return stream.readAllBytes();
    }
  }

  /** Creates the folder if need be and proves that a file can be written into it. */
  static void requireWritableFolder(String folder, Configuration configuration) throws IOException {
    Path path = new Path(folder);
    FileSystem files = path.getFileSystem(configuration);
    Path probe = new Path(path, ".stemspark-" + UUID.randomUUID());
    try {
      files.mkdirs(path);
      try (OutputStream stream = files.create(probe, false)) {
        stream.write(0);
      }
      files.delete(probe, false);
    } catch (IOException e) {
      throw new IOException(folder + ": cannot write into this folder: " + e.getMessage(), e);
    }
  }

  /** The same for the folder that {@code file} is to be written into. */
  static void requireWritableParent(String file, Configuration configuration) throws IOException {
    Path path = new Path(file);
    FileSystem files = path.getFileSystem(configuration);
    if (files.exists(path) && files.getFileStatus(path).isDirectory()) {
      throw new IOException(file + ": is a folder; name a file to write");
    }
    requireWritableFolder(files.makeQualified(path).getParent().toString(), configuration);
  }

  /** Refuses a folder that already has content. */
  static void requireEmptyFolder(String folder, Configuration configuration) throws IOException {
    Path path = new Path(folder);
    FileSystem files = path.getFileSystem(configuration);
    if (files.exists(path) && files.listStatus(path).length > 0) {
      throw new IOException(folder + ": already holds something; name a new or empty folder");
    }
  }
}
