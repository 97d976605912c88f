package io.stemspark.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.stemspark.internal.session.RuntimeFlags;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** A command line in a process of its own, with its executors. */
final class Run implements AutoCloseable {
  private static final int PATIENCE_SECONDS = 600;
  private static final Path ROOT = Path.of(System.getProperty("stemspark.root"));

  /** Whether there is the jar that ships, which starts in half the time. */
  private static final boolean PACKAGED = Boolean.getBoolean("stemspark.packaged");

  private final Process process;
  private final Path log;

  private Run(Process process, Path log) {
    this.process = process;
    this.log = log;
  }

  static Run start(Path log, List<String> arguments) throws IOException {
    return start(log, arguments, Map.of());
  }

  /** The same with more environment variables. */
  static Run start(Path log, List<String> arguments, Map<String, String> environment)
      throws IOException {
    return start(log, List.of(), arguments, environment);
  }

  /**
   * The same through another program.
   *
   * @param through that program with its arguments, which starts what follows them
   */
  static Run start(
      Path log, List<String> through, List<String> arguments, Map<String, String> environment)
      throws IOException {
    // The build points SPARK_HOME at a folder that stands in for a Spark installation.
    Files.createDirectories(Path.of(System.getenv("SPARK_HOME"), "jars"));
    List<String> command = new ArrayList<>(through);
    command.addAll(PACKAGED ? launcher() : java());
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(RuntimeFlags.load().environment());
    builder.environment().put("STEMSPARK_JAVA_OPTS", "-Xmx1g");
    builder.environment().putAll(environment);
    return new Run(builder.redirectOutput(log.toFile()).start(), log);
  }

  private static List<String> launcher() {
    return List.of(ROOT.resolve("stemspark").toString());
  }

  private static List<String> java() {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(Arrays.asList(RuntimeFlags.load().jvmOptions().split(" ", -1)));
    command.addAll(List.of("-Xmx1g", "-cp", classPath(), "io.stemspark.cli.Main"));
    return command;
  }

  private static String classPath() {
    return PACKAGED
        ? "%1$s/stemspark.jar:%1$s/spark/*".formatted(ROOT.resolve("spark-jobs/target"))
        : System.getProperty("java.class.path");
  }

  long pid() {
    return process.pid();
  }

  /** Runs a command line, which has to succeed. */
  static void requireDone(Path log, List<String> arguments)
      throws IOException, InterruptedException {
    try (Run run = start(log, arguments)) {
      assertThat(run.await()).as(run.text()).isZero();
    }
  }

  /** Arguments for two executors of a core each, in processes of their own. */
  static List<String> twoExecutors(String... properties) {
    List<String> arguments = new ArrayList<>(List.of("--master", "local-cluster[2,1,1024]"));
    arguments.addAll(List.of("--set", "spark.executor.extraClassPath=\"" + classPath() + "\""));
    arguments.addAll(List.of("--set", "spark.executor.memory=1g"));
    for (String property : properties) {
      arguments.addAll(List.of("--set", property));
    }
    return arguments;
  }

  boolean goesOn() {
    return process.isAlive();
  }

  /** Resident memory of the driver, first, and its executors, in KiB by process. */
  Map<Long, Long> resident() throws IOException {
    Map<Long, Long> sizes = new LinkedHashMap<>();
    List<Long> processes = new ArrayList<>(List.of(process.pid()));
    process.children().map(ProcessHandle::pid).forEach(processes::add);
    for (long pid : processes) {
      Path status = Path.of("/proc", Long.toString(pid), "status");
      if (Files.exists(status)) {
        Files.readAllLines(status).stream()
            .filter(line -> line.startsWith("VmRSS:"))
            .forEach(line -> sizes.put(pid, Long.parseLong(line.replaceAll("\\D", ""))));
      }
    }
    return sizes;
  }

  /** Waits until something is so, as long as the run goes on. */
  void until(BooleanSupplier condition) throws IOException, InterruptedException {
    while (!condition.getAsBoolean()) {
      assertThat(process.isAlive()).as("goes on: %s", text()).isTrue();
      TimeUnit.MILLISECONDS.sleep(5);
    }
    assertThat(process.isAlive()).as("goes on: %s", text()).isTrue();
  }

  /** Kills one of the executors, as a machine does that is taken away. */
  void killAnExecutor() {
    assertThat(child().destroyForcibly()).isTrue();
  }

  /** Kills the driver, as the kernel does when memory runs out. */
  void kill() throws InterruptedException {
    process.destroyForcibly();
    process.waitFor();
  }

  /** Holds the driver still, as a hypervisor does with a machine, until it is told to go on. */
  void stop() throws IOException, InterruptedException {
    signal("STOP", process.toHandle());
  }

  /** Lets the driver go on. */
  void goOn() throws IOException, InterruptedException {
    signal("CONT", process.toHandle());
  }

  /** The driver's first child: an executor, or of a run in one process a decoder. */
  ProcessHandle child() {
    return process.children().findFirst().orElseThrow();
  }

  boolean hasChildren() {
    return process.children().findFirst().isPresent();
  }

  /** Sends a signal to a process. */
  static void signal(String name, ProcessHandle receiver) throws IOException, InterruptedException {
    String pid = Long.toString(receiver.pid());
    assertThat(new ProcessBuilder("kill", "-" + name, pid).start().waitFor()).isZero();
  }

  /** Asks the driver to end, as a scheduler does. */
  void terminate() {
    process.destroy();
  }

  /** Its exit code. */
  int await() throws IOException, InterruptedException {
    assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).as(text()).isTrue();
    return process.exitValue();
  }

  /** What it printed so far. */
  String text() throws IOException {
    return Files.readString(log);
  }

  @Override
  public void close() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }
}
