package io.stemspark.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;

/**
 * What a command line came to.
 *
 * @param code its exit code
 * @param text standard output and standard error together
 */
record Result(int code, String text) {
  /** Runs a command line in this process. */
  static Result run(String... arguments) {
    PrintStream out = System.out;
    PrintStream err = System.err;
    ByteArrayOutputStream captured = new ByteArrayOutputStream();
    PrintStream both = new PrintStream(captured, true, UTF_8);
    System.setOut(both);
    System.setErr(both);
    try {
      return new Result(Main.run(arguments), captured.toString(UTF_8));
    } finally {
      System.setOut(out);
      System.setErr(err);
    }
  }

  static void assertUsage(Result result, String... parts) {
    assertThat(result.code).as(result.text).isEqualTo(Main.USAGE);
    assertThat(result.text).contains(parts);
  }
}
