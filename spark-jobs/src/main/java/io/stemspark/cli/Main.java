package io.stemspark.cli;

import io.stemspark.internal.executor.DecoderPool;
import io.stemspark.internal.process.NativeLibraries;
import io.stemspark.internal.process.ProcessFolder;
import io.stemspark.internal.text.SafeText;
import io.stemspark.run.InputException;
import io.stemspark.settings.SettingException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.InvalidPathException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Option;

/**
 * The program: parses the command line, runs a job, and turns what comes of it into an exit code.
 */
@Command(
    name = "stemspark",
    description = "Isolates the singing voice from whole music catalogues.",
    mixinStandardHelpOptions = true,
    versionProvider = Versions.class,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      SeparateCommand.class,
      ExtractCommand.class,
      TrainCommand.class,
      EvaluateCommand.class,
      BundleCommand.class,
      HelpCommand.class
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:all done",
      "1:the run failed",
      "2:wrong usage or settings, or another run is at work in the output; nothing was started",
      "3:finished, but some tracks failed"
    })
public final class Main {
  private static final String ENCODING = "sun.jnu.encoding";
  static final int DONE = 0;
  static final int FAILED = 1;
  static final int USAGE = 2;
  static final int SOME_TRACKS_FAILED = 3;

  @Option(
      names = "--stacktrace",
      scope = CommandLine.ScopeType.INHERIT,
      description = "Show where in the program a failure happened.")
  private boolean stacktrace;

  private Main() {}

  public static void main(String[] arguments) {
    System.setErr(new EndingErrors(System.err));
    keepTemporaryFilesTogether();
    int code = FAILED;
    try {
      code = run(inUtf8() ? TypedArguments.restored(arguments) : arguments);
      // Java's end waits a third of a second for threads that wait for other processes.
      DecoderPool.closeAll();
    } catch (VirtualMachineError e) {
      // There is too little memory to load even the commands.
      System.err.println("stemspark: " + SafeText.of(FailureMessage.of(e)));
    }
    // In a cluster's driver container even exit(0) would count as a crash.
    if (code != DONE) {
      System.exit(code);
    }
  }

  /**
   * Libraries unpack native code into the folder for temporary files, and leave it there when they
   * are killed. Before any of them has looked where that is, it becomes the process's own.
   */
  private static void keepTemporaryFilesTogether() {
    try {
      System.setProperty("java.io.tmpdir", ProcessFolder.get().toString());
    } catch (IOException | LinkageError | InvalidPathException e) {
      System.err.println("stemspark: " + SafeText.of(FailureMessage.of(e)));
      System.exit(FAILED);
    }
  }

  /** All commands, to be described. */
  static CommandLine commandLine() {
    return configured(new CommandLine(new Main()));
  }

  private static CommandLine configured(CommandLine command) {
    // A name may begin with @.
    return command.setCaseInsensitiveEnumValuesAllowed(true).setExpandAtFiles(false);
  }

  /** Runs a command line and returns its exit code. */
  public static int run(String... arguments) {
    Main program = new Main();
    CommandLine command = configured(new CommandLine(program));
    try {
      UserIdentity.ensure();
      NativeLibraries.prepare();
      requireReadable(arguments);
      return command
          .setParameterExceptionHandler(Main::reportUsage)
          .setExecutionExceptionHandler((e, failed, parsed) -> program.report(e, failed))
          .execute(arguments);
    } catch (VirtualMachineError
        | LinkageError
        | UncheckedIOException
        | InvalidPathException
        | SettingException e) {
      return program.report(e, command);
    }
  }

  /**
   * Names of files are read byte by byte, but Java decodes what is typed by the process's locale.
   *
   * @throws SettingException when that has lost characters
   */
  private static void requireReadable(String[] arguments) {
    for (String argument : arguments) {
      if (!inUtf8() && argument.indexOf('\uFFFD') >= 0) {
        throw new SettingException(
            "%s: this process's locale (%s) cannot hold that name. Set LC_ALL=C.UTF-8."
                .formatted(argument, System.getProperty(ENCODING)));
      }
    }
  }

  private static boolean inUtf8() {
    return "UTF-8".equalsIgnoreCase(System.getProperty(ENCODING));
  }

  /** As picocli does it, with what was typed made safe to show. */
  private static int reportUsage(CommandLine.ParameterException failure, String[] arguments) {
    CommandLine command = failure.getCommandLine();
    command.getErr().println(SafeText.of(String.valueOf(failure.getMessage())));
    if (!CommandLine.UnmatchedArgumentException.printSuggestions(failure, command.getErr())) {
      command.usage(command.getErr());
    }
    return USAGE;
  }

  private int report(Throwable failure, CommandLine command) {
    command.getErr().println("stemspark: " + SafeText.of(FailureMessage.of(failure)));
    if (stacktrace) {
      StringWriter trace = new StringWriter();
      failure.printStackTrace(new PrintWriter(trace));
      command.getErr().println(SafeText.printable(SafeText.redacted(trace.toString())));
    }
    command.getErr().flush();
    boolean usage = failure instanceof SettingException || failure instanceof InputException;
    return usage ? USAGE : FAILED;
  }
}
