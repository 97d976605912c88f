package io.stemspark.faults;

import static java.util.regex.Pattern.MULTILINE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.stemspark.Demo;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A service, a container or a scheduler offers a process less than a terminal does. */
@Tag("faults")
class PoorHostTest {
  private static final int DONE = 0;
  private static final int FAILED = 1;
  private static final int MAX_LINES = 15;

  /** Of addresses that only processes of the same host reach, in the kernel's own spelling. */
  private static final Set<String> OWN_HOST =
      Set.of("0100007F", "00000000000000000000000001000000", "0000000000000000FFFF00000100007F");

  private static final String LISTENS = "0A";

  /** Of the program, of one track, or of a JVM that has no room for either. */
  private static final Pattern CAUSE =
      Pattern.compile(
          "^(stemspark: |failed .+: |Error occurred|# There is insuff|Exception: java.lang.Out)",
          MULTILINE);

  @TempDir Path folder;
  private Path music;
  private Path log;
  private Path out;

  @BeforeEach
  void prepare() throws IOException {
    music = Files.createDirectory(folder.resolve("music"));
    out = folder.resolve("out");
    log = folder.resolve("log");
    add("plain.mp3");
  }

  private Path add(String name) throws IOException {
    return Files.copy(Demo.FOLDER.resolve("test/es-echo-mp3/mixture.mp3"), music.resolve(name));
  }

  private List<String> separate() throws IOException {
    return SmallCatalogue.arguments("separate", music.toString(), out.toString(), folder);
  }

  private long stems() {
    return Output.files(out).stream().filter(file -> file.endsWith("vocals.wav")).count();
  }

  @Test
  void allNamesAreFoundWithoutALocale() throws IOException, InterruptedException {
    // A shell writes what this process may have no characters for.
    Process shell =
        new ProcessBuilder(
                "bash",
                "-c",
                "cd \"$1\"; for n in 'caf\\303\\251' '\\346\\227\\245' 'caf\\351' '_x' 'a\\\\\\\\b';"
                    + " do cp plain.mp3 \"$(printf \"$n\")\".mp3; done",
                "bash",
                music.toString())
            .start();
    assertThat(shell.waitFor()).isZero();
    try (Run run = Run.start(log, separate(), Map.of("LANG", "C", "LC_ALL", "C"))) {
      assertThat(run.await()).as(run.text()).isEqualTo(DONE);
      assertThat(run.text()).contains("6 tracks separated");
    }
    assertThat(stems()).isEqualTo(6);
  }

  /** As containers run that are told of no more than a number. */
  @Test
  void aUserNeedsNoNameAndNoHome() throws IOException, InterruptedException {
    List<String> through = List.of("unshare", "--user", "--map-user=54321");
    requireWorks(through, "a user without a name");
    Map<String, String> environment = Map.of("HOME", "/nonexistent", "USER", "");
    try (Run run = Run.start(log, through, separate(), environment)) {
      assertThat(run.await()).as(run.text()).isEqualTo(DONE);
    }
    assertThat(stems()).isEqualTo(1);
  }

  private static void requireWorks(List<String> through, String what)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(through);
    command.add("true");
    boolean works = new ProcessBuilder(command).start().waitFor() == 0;
    skipUnless(works, what + " is skipped: " + through + " does not work here");
  }

  private static void skipUnless(boolean possible, String reason) {
    if (!possible) {
      System.out.println(reason);
    }
    assumeTrue(possible, reason);
  }

  /** Where JavaCPP would keep its libraries, and where this program does, lie another's. */
  @Test
  void librariesThatAnotherUserLaidReadyAreNotLoaded() throws IOException, InterruptedException {
    Path home = Files.createDirectory(folder.resolve("home"));
    Files.createFile(home.resolve(".cache"));
    Files.createFile(home.resolve(".javacpp"));
    Path temporary = Files.createDirectory(folder.resolve("tmp"));
    Object user = Files.getAttribute(temporary, "unix:uid");
    List<Path> traps = new ArrayList<>();
    for (String name :
        List.of(".javacpp-" + System.getProperty("user.name"), "stemspark-" + user)) {
      Path trap = Files.createDirectory(temporary.resolve(name));
      Files.setPosixFilePermissions(trap, PosixFilePermissions.fromString("rwxrwxrwx"));
      traps.add(trap);
      boolean another =
          new ProcessBuilder("chown", "12345", trap.toString()).start().waitFor() == 0;
      skipUnless(another, "another user's folder is skipped: only root can give folders away");
    }
    try (Run run =
        Run.start(
            log, separate(), options("-Duser.home=" + home, "-Djava.io.tmpdir=" + temporary))) {
      assertThat(run.await()).as(run.text()).isEqualTo(DONE);
    }
    for (Path trap : traps) {
      assertThat(trap).isEmptyDirectory();
    }
  }

  /** Options that come after those of the command line. */
  private static Map<String, String> options(String... options) {
    return Map.of("_JAVA_OPTIONS", String.join(" ", options));
  }

  @ParameterizedTest
  @CsvSource({
    "ulimit -n JARS,",
    "ulimit -v 3000000,",
    "ulimit -v 2000000,",
    "true,-Xmx40m",
    "true,-Xmx24m"
  })
  void whatIsTooLittleIsToldInFewLines(String limit, String option)
      throws IOException, InterruptedException {
    // The libraries of the test run, and hardly more.
    int jars = System.getProperty("java.class.path").split(File.pathSeparator, -1).length;
    String command = limit.replace("JARS", jars + 30 + "") + "; exec \"$@\"";
    List<String> through = List.of("bash", "-c", command, "bash");
    // What the JVM itself says of its end goes to a file, and is the JVM's matter.
    String account = "-XX:ErrorFile=" + folder.resolve("jvm.log");
    Map<String, String> environment = option == null ? options(account) : options(account, option);
    try (Run run = Run.start(log, through, separate(), environment)) {
      int code = run.await();
      String text = run.text();
      assertThat(text.lines().count()).as(text).isLessThan(MAX_LINES);
      assertThat(text).doesNotContain("\tat ");
      System.out.printf("%s, %s: %d%n", command, option, code);
      assertThat(code == DONE || CAUSE.matcher(text).find()).as(text).isTrue();
      assertThat(code == DONE).as("%d: %s", code, text).isEqualTo(stems() == 1);
    }
  }

  @Test
  void temporaryFilesGoWithTheProcessOrTheNext() throws IOException, InterruptedException {
    Path temporary = Files.createDirectory(folder.resolve("tmp"));
    Map<String, String> environment = options("-Djava.io.tmpdir=" + temporary);
    try (Run killed = Run.start(log, separate(), environment)) {
      killed.until(() -> list(temporary).stream().anyMatch(name -> name.startsWith("stemspark-")));
      killed.kill();
    }
    assertThat(list(temporary)).isNotEmpty();
    Path loading = Files.createDirectory(temporary.resolve("onnxruntime-java123"));
    Files.setLastModifiedTime(loading, FileTime.fromMillis(0));
    add("more.mp3");
    try (Run next = Run.start(log, separate(), environment)) {
      assertThat(next.await()).as(next.text()).isEqualTo(DONE);
    }
    assertThat(list(temporary)).isEmpty();
  }

  private static List<String> list(Path directory) {
    try (Stream<Path> files = Files.list(directory)) {
      // The JVM's own, which the next JVM deletes.
      return files
          .map(f -> f.getFileName().toString())
          .filter(f -> !f.startsWith("hsperf"))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void aFolderThatIsNotThereIsNamedWithWhatToDo() throws IOException, InterruptedException {
    Path missing = folder.resolve("missing");
    try (Run run = Run.start(log, separate(), options("-Djava.io.tmpdir=" + missing))) {
      assertThat(run.await()).as(run.text()).isEqualTo(FAILED);
      assertThat(run.text())
          .contains("The folder for temporary files cannot be used", missing.toString())
          .contains("It does not exist.", "-Djava.io.tmpdir=FOLDER");
    }
  }

  @Test
  void noOtherHostCanConnect() throws IOException, InterruptedException {
    for (int i = 0; i < 20; i++) {
      add(i + ".mp3");
    }
    Set<String> listeners = new TreeSet<>();
    try (Run run = Run.start(log, separate(), Map.of())) {
      while (run.goesOn()) {
        listeners.addAll(listeners(run.pid()));
        TimeUnit.MILLISECONDS.sleep(100);
      }
      assertThat(run.await()).as(run.text()).isEqualTo(DONE);
    }
    assertThat(listeners).isNotEmpty().isSubsetOf(OWN_HOST);
  }

  private static String target(Path link) {
    try {
      return Files.readSymbolicLink(link).toString();
    } catch (IOException e) {
      return ""; // Files and sockets come and go.
    }
  }

  /** The addresses that a process listens at. */
  private static Set<String> listeners(long pid) throws IOException {
    Set<String> sockets = new HashSet<>();
    try (Stream<Path> open = Files.list(Path.of("/proc/" + pid + "/fd"))) {
      for (Path file : open.toList()) {
        sockets.add(target(file));
      }
    } catch (IOException e) {
      return Set.of(); // The process has gone.
    }
    Set<String> addresses = new HashSet<>();
    for (String table : List.of("tcp", "tcp6")) {
      for (String line :
          Files.readAllLines(Path.of("/proc/net", table), StandardCharsets.US_ASCII)) {
        String[] fields = line.strip().split("\\s+", -1);
        if (fields[3].equals(LISTENS) && sockets.contains("socket:[" + fields[9] + "]")) {
          addresses.add(fields[1].substring(0, fields[1].indexOf(':')));
        }
      }
    }
    return addresses;
  }
}
