package io.stemspark.cli;

import java.util.function.DoubleConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;

/** Shows how far into a track the work is; nothing where nobody watches. */
final class SecondsProgress implements DoubleConsumer, AutoCloseable {
  private final ProgressBar bar;

  private SecondsProgress(ProgressBar bar) {
    this.bar = bar;
  }

  static SecondsProgress start(String task) {
    if (!Terminal.isWatched()) {
      return new SecondsProgress(null);
    }
    return new SecondsProgress(
        new ProgressBarBuilder()
            .setTaskName(task)
            .setUnit(" s", 1)
            .setInitialMax(-1)
            .showSpeed()
            .build());
  }

  @Override
  public void accept(double seconds) {
    if (bar != null) {
      bar.stepTo((long) seconds);
    }
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
    }
  }
}
