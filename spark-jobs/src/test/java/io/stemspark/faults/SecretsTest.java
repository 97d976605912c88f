package io.stemspark.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.stemspark.Demo;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever way a credential is given, it is in no log, event log, journal and report. */
@Tag("integration")
class SecretsTest {
  private static final String SECRET = "hushhushhush";
  private static final int SOME_TRACKS_FAILED = 3;
  private static final int USAGE = 2;

  @TempDir Path folder;

  /** Seven ways at once, in a run that works. */
  @Test
  void aRunKeepsThemToItself() throws IOException, InterruptedException {
    Path music = Files.createDirectory(folder.resolve("music"));
    Files.copy(Demo.FOLDER.resolve("test/es-echo-mp3/mixture.mp3"), music.resolve("a.mp3"));
    Files.copy(music.resolve("a.mp3"), music.resolve("token=" + SECRET + ".mp3"));
    Path list = folder.resolve("list.csv");
    Files.writeString(
        list,
        """
        track_id,mixture
        good,music/a.mp3
        user,s3a://AKIDABCDEFGHIJKLMNOP:%1$s@bucket/a.mp3
        signed,s3a://bucket/a.mp3?X-Amz-Signature=%1$s&x=1
        query,https://host/a.mp3?sig=%1$s
        named,music/token=%1$s.mp3
        """
            .formatted(SECRET));
    Path conf = folder.resolve("my.conf");
    Files.writeString(
        conf,
        """
        spark.hadoop.fs.s3a.secret.key = "%1$s"
        spark.hadoop.fs.azure.account.key.me = "%1$s"
        """
            .formatted(SECRET));
    Path events = Files.createDirectory(folder.resolve("events"));
    Path out = folder.resolve("out");
    List<String> arguments = new ArrayList<>(List.of("separate", list.toString(), out.toString()));
    arguments.addAll(List.of("--model", SmallCatalogue.bundle(folder).toString()));
    arguments.addAll(List.of("--conf", conf.toString(), "--master", "local[2]"));
    for (String setting :
        List.of(
            "spark.hadoop.fs.s3a.session.token=" + SECRET,
            "spark.my.password=" + SECRET,
            "spark.logConf=true",
            "spark.eventLog.enabled=true",
            "spark.eventLog.dir=\"" + events.toUri() + "\"")) {
      arguments.addAll(List.of("--set", setting));
    }
    Path log = folder.resolve("run.log");
    Map<String, String> environment = new HashMap<>(Map.of("AWS_SECRET_ACCESS_KEY", SECRET));
    if (Boolean.getBoolean("stemspark.packaged")) {
      // The JVM prints them before the program can hide anything, unless the launcher does.
      for (String name : List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS")) {
        environment.put(name, "-Dspark.hadoop.fs.s3a.%s.secret=%s".formatted(name, SECRET));
      }
    }
    try (Run run = Run.start(log, arguments, environment)) {
      assertThat(run.await()).as(run.text()).isEqualTo(SOME_TRACKS_FAILED);
      assertThat(run.text()).contains("failed user: ", "failed signed: ", "failed query: ");
    }
    assertThat(events).isNotEmptyDirectory();
    assertHoldsNone(log, events, out.resolve("_stemspark"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "separate s3a://AKID:hushhushhush@bucket/x out",
        "separate music s3a://AKID:hushhushhush@bucket/x",
        "separate music out --model https://me:hushhushhush@host/m.bundle",
        "separate music out --set sparc.hadoop.fs.azure.account.key.me=hushhushhush",
        "separate music out --set spark.hadoop.fs.s3a.secret.key=a\"hushhushhush$",
        "extract https://host/list.csv?X-Goog-Signature=hushhushhush out",
        "evaluate --model x s3a://b/x?token=hushhushhush out",
        "train s3a://k:hushhushhush@b/features out.bundle",
        "bundle show s3a://k:hushhushhush@b/m.bundle",
        "separate music out --password=hushhushhush"
      })
  void messagesDoNotRepeatThem(String command) throws IOException, InterruptedException {
    Path log = folder.resolve("run.log");
    try (Run run = Run.start(log, List.of(command.split(" ")))) {
      assertThat(run.await()).as(run.text()).isEqualTo(USAGE);
    }
    assertHoldsNone(log);
  }

  private static void assertHoldsNone(Path... places) throws IOException {
    for (Path place : places) {
      for (Path file : Output.files(place)) {
        String text = Files.readString(file, StandardCharsets.ISO_8859_1);
        if (file.toString().endsWith(".gz")) {
          try (GZIPInputStream stream = new GZIPInputStream(Files.newInputStream(file))) {
            text = new String(stream.readAllBytes(), StandardCharsets.UTF_8);
          }
        }
        // A file's own name is no secret of anybody's.
        String rest = text.replace("token=" + SECRET + ".mp3", "");
        assertThat(rest.contains(SECRET)).as("%s: %s", file, rest).isFalse();
      }
    }
  }
}
