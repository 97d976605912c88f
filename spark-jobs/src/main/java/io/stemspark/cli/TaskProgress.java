package io.stemspark.cli;

import java.util.concurrent.Callable;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerStageSubmitted;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.sql.SparkSession;

/** Shows Spark's tasks as a progress bar on a terminal; nothing where nobody watches. */
final class TaskProgress extends SparkListener {
  private final ProgressBar bar;

  private TaskProgress(ProgressBar bar) {
    this.bar = bar;
  }

  static <T> T during(SparkSession session, String task, Callable<T> work) throws Exception {
    if (!Terminal.isWatched()) {
      return work.call();
    }
    try (ProgressBar bar =
        new ProgressBarBuilder().setTaskName(task).setUnit(" tasks", 1).setInitialMax(0).build()) {
      TaskProgress listener = new TaskProgress(bar);
      session.sparkContext().addSparkListener(listener);
      try {
        return work.call();
      } finally {
        session.sparkContext().removeSparkListener(listener);
      }
    }
  }

  @Override
  public void onStageSubmitted(SparkListenerStageSubmitted stage) {
    bar.maxHint(bar.getMax() + stage.stageInfo().numTasks());
  }

  @Override
  public void onTaskEnd(SparkListenerTaskEnd task) {
    bar.step();
  }
}
