package io.stemspark.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** S3Proxy: a real server of the S3 protocol, in a process of its own, on a local folder. */
final class S3Server implements AutoCloseable {
  static final String ACCESS_KEY = "AKIDTESTUSER";
  static final String SECRET_KEY = "thesecretofthetests";
  private static final int PATIENCE_SECONDS = 60;

  private final Process process;
  private final int port;

  private S3Server(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  /**
   * Starts a server.
   *
   * @param folder holds the buckets, each a folder
   */
  static S3Server start(Path folder) throws IOException, InterruptedException {
    int port = freePort();
    Path buckets = Files.createDirectories(folder.resolve("buckets"));
    Path properties =
        Files.writeString(
            folder.resolve("s3proxy.properties"),
            """
            s3proxy.endpoint=http://127.0.0.1:%d
            s3proxy.authorization=aws-v2-or-v4
            s3proxy.identity=%s
            s3proxy.credential=%s
            jclouds.provider=filesystem-nio2
            jclouds.identity=x
            jclouds.credential=x
            jclouds.filesystem.basedir=%s
            """
                .formatted(port, ACCESS_KEY, SECRET_KEY, buckets));
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-jar",
                jar().toString(),
                "--properties",
                properties.toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("s3proxy.log").toFile())
            .start();
    S3Server server = new S3Server(process, port);
    server.await();
    return server;
  }

  private static Path jar() {
    File jar = new File("target/s3-server/s3proxy-jar-with-dependencies.jar");
    assertThat(jar).as("the build copies it").isFile();
    return jar.toPath();
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private void await() throws InterruptedException {
    for (int i = 0; i < PATIENCE_SECONDS * 10; i++) {
      assertThat(process.isAlive()).as("the server runs").isTrue();
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
        assertThat(socket.isConnected()).isTrue();
        return;
      } catch (IOException e) {
        TimeUnit.MILLISECONDS.sleep(100);
      }
    }
    throw new AssertionError("the S3 server did not start");
  }

  int port() {
    return port;
  }

  /** Settings that lead S3A to a server or to a proxy before it. */
  static List<String> settings(int port) {
    return List.of(
        "spark.hadoop.fs.s3a.endpoint=\"http://127.0.0.1:" + port + "\"",
        "spark.hadoop.fs.s3a.path.style.access=true",
        "spark.hadoop.fs.s3a.connection.ssl.enabled=false",
        "spark.hadoop.fs.s3a.aws.credentials.provider="
            + "org.apache.hadoop.fs.s3a.SimpleAWSCredentialsProvider",
        "spark.hadoop.fs.s3a.access.key=" + ACCESS_KEY,
        "spark.hadoop.fs.s3a.secret.key=" + SECRET_KEY);
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
