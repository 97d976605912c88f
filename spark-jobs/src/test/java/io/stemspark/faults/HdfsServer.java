package io.stemspark.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Hadoop's own name node and data node, in one process. */
final class HdfsServer {
  private static final int PATIENCE_SECONDS = 60;

  private HdfsServer() {}

  /**
   * Starts a file system that is empty.
   *
   * @param folder holds its blocks
   */
  static ServerProcess start(Path folder) throws IOException, InterruptedException {
    Path blocks = Files.createDirectories(folder.resolve("hdfs"));
    int port = ServerProcess.freePort();
    String classPath =
        ServerProcess.jar("servers/hadoop-client-minicluster.jar")
            + File.pathSeparator
            + System.getProperty("java.class.path");
    Path details = blocks.resolve("details.json");
    ServerProcess server =
        ServerProcess.start(
            blocks,
            port,
            List.of(
                "-Dtest.build.data=" + blocks,
                "-cp",
                classPath,
                "org.apache.hadoop.test.MiniDFSClusterManager",
                "-format",
                "-datanodes",
                "1",
                "-nnport",
                String.valueOf(port),
                "-writeDetails",
                details.toString()));
    // The name node listens before the data node does.
    for (int i = 0; !Files.exists(details) && i < PATIENCE_SECONDS * 10; i++) {
      TimeUnit.MILLISECONDS.sleep(100);
    }
    assertThat(details).as("the data node has started").exists();
    return server;
  }
}
