package io.stemspark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;
import scala.concurrent.ExecutionContext;

class EndingErrorsTest {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final PrintStream errors = new EndingErrors(new PrintStream(bytes, true));

  private String printed() {
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @Test
  void aFutureThatComesTooLateIsNotTold() {
    ExecutorService ended = Executors.newSingleThreadExecutor();
    ended.shutdown();
    try {
      ExecutionContext.fromExecutor(ended).execute(() -> {});
    } catch (RejectedExecutionException e) {
      e.printStackTrace(errors);
    }
    errors.println("stemspark: The end.");
    assertThat(printed()).isEqualTo("stemspark: The end." + System.lineSeparator());
  }

  @Test
  void allOtherTracesAre() {
    new RejectedExecutionException("full").printStackTrace(errors);
    new IllegalStateException("broken").printStackTrace(errors);
    assertThat(printed()).contains("full", "broken", "\tat io.stemspark.cli.EndingErrorsTest.");
  }
}
