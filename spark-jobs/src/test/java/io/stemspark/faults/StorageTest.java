package io.stemspark.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stemspark.PlainLoop;
import io.stemspark.internal.config.JobSettings;
import io.stemspark.internal.storage.AtomicFiles;
import io.stemspark.internal.storage.Retries;
import io.stemspark.internal.storage.StagedFiles;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.FileUtil;
import org.apache.hadoop.fs.MultipartUploader;
import org.apache.hadoop.fs.PartHandle;
import org.apache.hadoop.fs.UploadHandle;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The same results as from plain Java, wherever the tracks lie and the tasks run, and however badly
 * storage answers.
 */
@Tag("integration")
@Tag("storage")
class StorageTest {
  private static final int DONE = 0;
  private static final double SHARE = 0.08;
  private static final int FEW = 6;
  private static final int LISTINGS = 50;

  @TempDir static Path folder;
  private static final Map<String, Map<String, String>> EXPECTED = new HashMap<>();
  private static ServerProcess server;
  private static ServerProcess hdfs;
  private static Path bucket;

  @BeforeAll
  static void start() throws IOException, InterruptedException {
    Path corpus = folder.resolve("corpus");
    SmallCatalogue.write(corpus);
    EXPECTED.put("separate", plain("separate"));
    EXPECTED.put("extract", plain("extract"));
    assertThat(EXPECTED.get("separate")).hasSize(2 * SmallCatalogue.TRACKS);
    assertThat(EXPECTED.get("extract")).hasSize(SmallCatalogue.TRACKS);
    startObjectStorage(corpus);
    hdfs = HdfsServer.start(folder);
    copy(corpus.toString(), hdfs("corpus"), new Configuration());
  }

  private static void startObjectStorage(Path corpus) throws IOException, InterruptedException {
    server = S3Server.start(folder);
    // The server keeps a bucket as a folder, and an object as a file in it.
    bucket = Files.createDirectories(folder.resolve("buckets/music"));
    // Through the server, which keeps what it knows of an object beside its file.
    Configuration hadoop = S3Server.configuration(server.port());
    copy(corpus.toString(), "s3a://music/corpus", hadoop);
  }

  private static String hdfs(String path) {
    return "hdfs://127.0.0.1:%d/%s".formatted(hdfs.port(), path);
  }

  private static void copy(String from, String to, Configuration hadoop) throws IOException {
    var source = new org.apache.hadoop.fs.Path(from);
    var target = new org.apache.hadoop.fs.Path(to);
    FileUtil.copy(
        source.getFileSystem(hadoop), source, target.getFileSystem(hadoop), target, false, hadoop);
  }

  @AfterAll
  static void stop() {
    server.close();
    hdfs.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"separate", "extract"})
  void aDisk(String job) throws IOException, InterruptedException {
    assertThat(local(job, List.of("--master", "local[2]"))).isEqualTo(EXPECTED.get(job));
    assertThat(local(job, Run.twoExecutors())).isEqualTo(EXPECTED.get(job));
  }

  @ParameterizedTest
  @ValueSource(strings = {"separate", "extract"})
  void hadoopsFileSystem(String job) throws IOException, InterruptedException {
    Path log = folder.resolve("hdfs " + job + ".log");
    List<String> arguments = SmallCatalogue.arguments(job, hdfs("corpus"), hdfs(job), folder);
    arguments.addAll(Run.twoExecutors());
    try (Run run = Run.start(log, arguments)) {
      assertThat(run.await()).as(run.text()).isEqualTo(DONE);
    }
    Path copy = folder.resolve("from hdfs " + job);
    copy(hdfs(job), copy.toString(), new Configuration());
    assertThat(Output.hashes(job, copy)).isEqualTo(EXPECTED.get(job));
    try (Run again = Run.start(log, arguments)) {
      assertThat(again.await()).as(again.text()).isEqualTo(DONE);
      assertThat(again.text()).contains(SmallCatalogue.TRACKS + " already done");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"separate", "extract"})
  @Tag("faults")
  void objectStorageThatFailsNowAndThen(String job) throws IOException, InterruptedException {
    Path events = Files.createDirectory(folder.resolve("events " + job));
    Path log = folder.resolve("s3 " + job + ".log");
    try (FaultyProxy proxy = new FaultyProxy(server.port(), SHARE, 1);
        Run run =
            Run.start(
                log,
                arguments(
                    job, "s3a://music/corpus", "s3a://music/" + job, settings(proxy, events)))) {
      assertThat(run.await()).as(run.text()).isEqualTo(DONE);
      System.out.printf("%s over S3: %s%n", job, proxy.counts());
      assertThat(proxy.counts()).containsOnlyKeys(FaultyProxy.Fault.values());
    }
    assertThat(Output.hashes(job, bucket.resolve(job))).isEqualTo(EXPECTED.get(job));
    assertThat(unfinishedUploads()).isEmpty();
    assertThat(events).isNotEmptyDirectory();
    for (Path place : List.of(log, events, bucket.resolve(job))) {
      assertHoldsNoCredentials(place);
    }
  }

  @Test
  @Tag("acceptance")
  void scoresFromObjectStorageAreThoseFromADisk() throws IOException, InterruptedException {
    Path out = folder.resolve("scores");
    List<String> master = List.of("--master", "local[2]");
    Run.requireDone(
        folder.resolve("scores.log"),
        evaluation(folder.resolve("corpus").toString(), out.toString(), master));
    Map<String, String> expected = Output.hashes("evaluate", out);
    assertThat(expected).hasSize(FEW);
    try (FaultyProxy proxy = new FaultyProxy(server.port(), SHARE, 1)) {
      List<String> arguments = Run.twoExecutors();
      for (String setting : S3Server.settings(proxy.port())) {
        arguments.addAll(List.of("--set", setting));
      }
      Path conf = Path.of(System.getProperty("stemspark.root"), "conf/s3.conf");
      arguments.addAll(List.of("--conf", conf.toString()));
      Run.requireDone(
          folder.resolve("s3 scores.log"),
          evaluation("s3a://music/corpus", "s3a://music/scores", arguments));
      System.out.printf("evaluate over S3: %s%n", proxy.counts());
      assertThat(proxy.counts()).isNotEmpty();
    }
    assertThat(Output.hashes("evaluate", bucket.resolve("scores"))).isEqualTo(expected);
    assertThat(bucket.resolve("scores/index.html")).exists();
  }

  private static List<String> evaluation(String input, String output, List<String> more)
      throws IOException {
    List<String> arguments = new ArrayList<>(List.of("evaluate", input, output));
    arguments.addAll(List.of("--model", SmallCatalogue.bundle(folder).toString()));
    arguments.addAll(List.of("--limit", String.valueOf(FEW)));
    arguments.addAll(more);
    return arguments;
  }

  private static Map<String, String> plain(String job) throws IOException {
    Path corpus = folder.resolve("corpus");
    Path out = folder.resolve("plain " + job);
    JobSettings settings = JobSettings.load(List.of(), SmallCatalogue.settings(job));
    if (job.equals("separate")) {
      PlainLoop.separate(corpus, out, SmallCatalogue.bundle(folder), settings);
    } else {
      PlainLoop.extract(corpus, out, settings);
    }
    return Output.hashes(job, out);
  }

  private static Map<String, String> local(String job, List<String> master)
      throws IOException, InterruptedException {
    Path out = Files.createTempDirectory(folder, job);
    List<String> arguments =
        SmallCatalogue.arguments(job, folder.resolve("corpus").toString(), out.toString(), folder);
    arguments.addAll(master);
    try (Run run = Run.start(folder.resolve(out.getFileName() + ".log"), arguments)) {
      assertThat(run.await()).as(run.text()).isEqualTo(DONE);
    }
    return Output.hashes(job, out);
  }

  private static List<String> settings(FaultyProxy proxy, Path events) {
    List<String> settings = new ArrayList<>(S3Server.settings(proxy.port()));
    settings.add("spark.eventLog.enabled=true");
    settings.add("spark.eventLog.dir=\"" + events.toUri() + "\"");
    return settings;
  }

  private static List<String> arguments(
      String job, String input, String output, List<String> settings) throws IOException {
    List<String> arguments = SmallCatalogue.arguments(job, input, output, folder);
    arguments.addAll(List.of("--master", "local[2]"));
    for (String setting : settings) {
      arguments.addAll(List.of("--set", setting));
    }
    Path conf = Path.of(System.getProperty("stemspark.root"), "conf/s3.conf");
    arguments.addAll(List.of("--conf", conf.toString()));
    return arguments;
  }

  /** What lies unfinished below the output need not be this program's. */
  @ParameterizedTest
  @ValueSource(strings = {"separate", "extract"})
  void uploadsOfOthersGoOn(String job) throws Exception {
    String output = "s3a://music/shared-" + job;
    var target = new org.apache.hadoop.fs.Path(output + "/_others/their.bin");
    byte[] content = "theirs".getBytes(StandardCharsets.US_ASCII);
    Configuration hadoop = S3Server.configuration(server.port());
    try (FileSystem storage = FileSystem.newInstance(target.toUri(), hadoop);
        MultipartUploader uploader = storage.createMultipartUploader(target).build()) {
      UploadHandle upload = uploader.startUpload(target).get();
      try {
        InputStream part = new ByteArrayInputStream(content);
        PartHandle done = uploader.putPart(upload, 1, true, target, part, content.length).get();
        List<String> arguments =
            arguments(job, "s3a://music/corpus", output, S3Server.settings(server.port()));
        arguments.addAll(List.of("--limit", String.valueOf(FEW)));
        Run.requireDone(folder.resolve("shared " + job + ".log"), arguments);
        uploader.complete(upload, target, Map.of(1, done)).get();
      } catch (AssertionError | ExecutionException e) {
        uploader.abort(upload, target).get();
        throw e;
      }
      try (InputStream stored = storage.open(target)) {
        assertThat(stored.readAllBytes()).isEqualTo(content);
      }
    }
  }

  /** They are what tells the next extraction of uploads that it should abort or complete. */
  @Test
  void damagedNotesOfUploadsStopNoRun() throws IOException, InterruptedException {
    String output = "s3a://music/damaged-notes";
    Configuration hadoop = S3Server.configuration(server.port());
    List<String> damaged = List.of("{", "{\"handle\":\"-\",\"parts\":[]}", "null");
    var folderOfNotes = new org.apache.hadoop.fs.Path(output, "_stemspark/staged/split=train");
    try (FileSystem storage = FileSystem.newInstance(folderOfNotes.toUri(), hadoop)) {
      StagedFiles staged = new StagedFiles(output, hadoop);
      for (int i = 0; i < damaged.size(); i++) {
        var note = new org.apache.hadoop.fs.Path(folderOfNotes, i + ".parquet.upload");
        try (OutputStream stream = storage.create(note)) {
          stream.write(damaged.get(i).getBytes(StandardCharsets.US_ASCII));
        }
        String file = "split=train/%d.parquet".formatted(i);
        assertThat(staged.isThere(file, 1)).as(damaged.get(i)).isFalse();
        assertThat(staged.publish(file, 1)).as(damaged.get(i)).isFalse();
      }
      List<String> arguments =
          arguments("extract", "s3a://music/corpus", output, S3Server.settings(server.port()));
      Run.requireDone(folder.resolve("damaged notes.log"), arguments);
      assertThat(storage.exists(folderOfNotes)).isFalse();
    }
  }

  @Test
  void objectsNeedNoETag() throws IOException, InterruptedException {
    try (FaultyProxy proxy = FaultyProxy.withoutETags(server.port())) {
      List<String> settings = S3Server.settings(proxy.port());
      // The model too.
      Files.copy(SmallCatalogue.bundle(folder), bucket.resolve("stored.bundle"));
      List<String> arguments =
          arguments(
              "separate", "s3a://music/corpus", folder.resolve("no tags").toString(), settings);
      arguments.set(arguments.indexOf("--model") + 1, "s3a://music/stored.bundle");
      arguments.addAll(List.of("--limit", String.valueOf(FEW)));
      Run.requireDone(folder.resolve("no tags.log"), arguments);
    }
    Map<String, String> stems = Output.hashes("separate", folder.resolve("no tags"));
    assertThat(stems).hasSize(2 * FEW);
    assertThat(EXPECTED.get("separate")).containsAllEntriesOf(stems);
  }

  /** What has no tag is replaced without a condition; what has one only by whoever knew it. */
  @Test
  void objectsAreReplacedUnlessTheyHaveChanged() throws IOException {
    var object = new org.apache.hadoop.fs.Path("s3a://music/replaced");
    AtomicFiles.Content mine = stream -> stream.write('1');
    AtomicFiles.Content theirs = stream -> stream.write('2');
    Configuration direct = S3Server.configuration(server.port());
    try (FaultyProxy proxy = FaultyProxy.withoutETags(server.port())) {
      Configuration tagless = S3Server.configuration(proxy.port());
      for (int i = 0; i < 2; i++) {
        AtomicFiles.write(object, object.getParent(), () -> {}, tagless, mine);
      }
    }
    int[] asked = new int[1];
    assertThatThrownBy(
            () ->
                AtomicFiles.write(
                    object,
                    object.getParent(),
                    () -> {
                      if (++asked[0] > 1) {
                        throw new IllegalStateException("taken over");
                      }
                      AtomicFiles.write(object, direct, theirs);
                    },
                    direct,
                    mine))
        .hasMessage("taken over");
    assertThat(bucket.resolve("replaced")).hasContent("2");
  }

  /** The answers that break off have no content at all, and no length that would tell. */
  @Test
  void listingsThatBreakOffAreAskedForAgain() throws IOException {
    var tracks = new org.apache.hadoop.fs.Path("s3a://music/corpus/train");
    try (FaultyProxy proxy = new FaultyProxy(server.port(), 3 * SHARE, 1);
        FileSystem storage =
            FileSystem.newInstance(tracks.toUri(), S3Server.configuration(proxy.port()))) {
      for (int i = 0; i < LISTINGS; i++) {
        assertThat(Retries.call(() -> storage.listStatus(tracks))).hasSize(SmallCatalogue.TRACKS);
      }
      assertThat(proxy.counts()).containsOnlyKeys(FaultyProxy.Fault.values());
    }
  }

  /** The server keeps them as objects of hidden names. */
  private static List<String> unfinishedUploads() throws IOException {
    try (Stream<Path> files = Files.walk(bucket)) {
      return files.map(Path::toString).filter(file -> file.contains(".mpus")).toList();
    }
  }

  private static void assertHoldsNoCredentials(Path place) throws IOException {
    for (Path file : Output.files(place)) {
      String text = Files.readString(file, StandardCharsets.ISO_8859_1);
      assertThat(text.contains(S3Server.SECRET_KEY)).as(file.toString()).isFalse();
      assertThat(text.contains(S3Server.ACCESS_KEY)).as(file.toString()).isFalse();
    }
  }
}
