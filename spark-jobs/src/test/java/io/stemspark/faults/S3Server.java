package io.stemspark.faults;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.hadoop.conf.Configuration;

/** S3Proxy: a real server of the S3 protocol, on a local folder. */
final class S3Server {
  static final String ACCESS_KEY = "AKIDTESTUSER";
  static final String SECRET_KEY = "thesecretofthetests";

  private S3Server() {}

  /**
   * Starts a server.
   *
   * @param folder holds the buckets, each a folder
   */
  static ServerProcess start(Path folder) throws IOException, InterruptedException {
    int port = ServerProcess.freePort();
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
    String jar = ServerProcess.jar("servers/s3proxy-jar-with-dependencies.jar").toString();
    return ServerProcess.start(
        folder, port, List.of("-jar", jar, "--properties", properties.toString()));
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

  /** The same settings for Hadoop itself. */
  static Configuration configuration(int port) {
    Configuration hadoop = new Configuration();
    for (String setting : settings(port)) {
      String[] property = setting.replace("spark.hadoop.", "").replace("\"", "").split("=", 2);
      hadoop.set(property[0], property[1]);
    }
    hadoop.set("fs.s3a.endpoint.region", "us-east-1");
    return hadoop;
  }
}
