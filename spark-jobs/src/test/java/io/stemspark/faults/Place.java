package io.stemspark.faults;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.FileUtil;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.RemoteIterator;

/** Storage that runs write to: a disk, or a server of this machine. */
final class Place implements AutoCloseable {
  private static final Path S3_CONF = Path.of(System.getProperty("stemspark.root"), "conf/s3.conf");

  /** Of all requests to the object store, how many go wrong. */
  private static final double FAULTS = 0.02;

  /** The kinds of storage. */
  enum Kind {
    DISK,
    HDFS,
    S3
  }

  private final Path folder;
  private final String root;
  private final Configuration hadoop;
  private final List<String> arguments;
  private final List<AutoCloseable> servers;

  private Place(
      Path folder,
      String root,
      Configuration hadoop,
      List<String> arguments,
      List<AutoCloseable> servers) {
    this.folder = folder;
    this.root = root;
    this.hadoop = hadoop;
    this.arguments = arguments;
    this.servers = servers;
  }

  /**
   * Starts what the storage needs.
   *
   * @param folder for what it keeps
   */
  static Place start(Kind kind, Path folder) throws IOException, InterruptedException {
    return switch (kind) {
      case DISK -> new Place(folder, folder.toString(), new Configuration(), List.of(), List.of());
      case HDFS -> hdfs(folder);
      case S3 -> s3(folder);
    };
  }

  private static Place hdfs(Path folder) throws IOException, InterruptedException {
    ServerProcess server = HdfsServer.start(folder);
    String root = "hdfs://127.0.0.1:%d".formatted(server.port());
    return new Place(folder, root, new Configuration(), List.of(), List.of(server));
  }

  private static Place s3(Path folder) throws IOException, InterruptedException {
    // The server keeps a bucket as a folder.
    Files.createDirectories(folder.resolve("buckets/music"));
    ServerProcess server = S3Server.start(folder);
    FaultyProxy proxy = new FaultyProxy(server.port(), FAULTS, 1);
    List<String> arguments = new ArrayList<>(List.of("--conf", S3_CONF.toString()));
    S3Server.settings(proxy.port()).forEach(set -> arguments.addAll(List.of("--set", set)));
    Configuration hadoop = S3Server.configuration(server.port());
    return new Place(folder, "s3a://music", hadoop, arguments, List.of(proxy, server));
  }

  /** What a run is told so that it reaches this storage. */
  List<String> arguments() {
    return arguments;
  }

  /** The location of a folder. */
  String at(String name) {
    return root + "/" + name;
  }

  /** When each file below a folder was written, and its size, by its path there. */
  Map<String, String> stamps(String name) {
    Map<String, String> stamps = new TreeMap<>();
    try {
      var top = new org.apache.hadoop.fs.Path(at(name));
      FileSystem files = top.getFileSystem(hadoop);
      String base = files.makeQualified(top).toUri().getPath() + "/";
      RemoteIterator<LocatedFileStatus> all = files.listFiles(top, true);
      while (all.hasNext()) {
        LocatedFileStatus file = all.next();
        String path = file.getPath().toUri().getPath().substring(base.length());
        stamps.put(path, file.getModificationTime() + " " + file.getLen());
      }
    } catch (FileNotFoundException e) {
      return stamps; // It is not there yet, or a file went away meanwhile.
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return stamps;
  }

  /** A copy of a folder on disk. */
  Path copy(String name) throws IOException {
    var source = new org.apache.hadoop.fs.Path(at(name));
    Path copy = Files.createTempDirectory(folder, "copy").resolve(name);
    var target = new org.apache.hadoop.fs.Path(copy.toString());
    FileUtil.copy(
        source.getFileSystem(hadoop), source, target.getFileSystem(hadoop), target, false, hadoop);
    return copy;
  }

  @Override
  public void close() {
    try {
      // Hadoop keeps a file system by its name, and the next server has another port.
      FileSystem.closeAll();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    for (AutoCloseable server : servers) {
      try {
        server.close();
      } catch (Exception e) {
        throw new IllegalStateException("the server does not end", e);
      }
    }
  }
}
