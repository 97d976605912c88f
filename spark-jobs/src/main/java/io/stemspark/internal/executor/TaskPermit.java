package io.stemspark.internal.executor;

import io.stemspark.internal.lease.Fence;
import io.stemspark.internal.storage.PublishPermit;
import io.stemspark.internal.storage.TemporaryFolders;
import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.executor.CommitDeniedException;

/**
 * Lets only one attempt of a task publish. The run has to hold its output folder, and Spark's
 * driver lets a single attempt of each task commit, as long as that attempt has not failed. So two
 * attempts that run at the same time cannot leave stems of one beside stems of the other.
 */
public final class TaskPermit implements PublishPermit {
  private final Fence fence;
  private final String task;
  private final String attempt;
  private final Configuration configuration;
  private boolean granted;

  /**
   * @param task how the names of all attempts of the task begin
   * @param attempt the name of this one
   */
  TaskPermit(Fence fence, String task, String attempt, Configuration configuration) {
    this.fence = fence;
    this.task = task;
    this.attempt = attempt;
    this.configuration = configuration;
  }

  @Override
  public void require() throws IOException {
    fence.requireHeld(configuration);
    if (!granted) {
      requireCommit(TaskContext.get());
      granted = true;
      // An attempt that was given up may have left files that are ready to be renamed. They have to
      // be gone before this one publishes.
      TemporaryFolders.deleteOthers(fence.output(), task, attempt, configuration);
    }
  }

  /** May be called only once: Spark denies a second request, even of the attempt it allowed. */
  private static void requireCommit(TaskContext context) {
    boolean allowed =
        SparkEnv.get()
            .outputCommitCoordinator()
            .canCommit(
                context.stageId(),
                context.stageAttemptNumber(),
                context.partitionId(),
                context.attemptNumber());
    if (!allowed) {
      throw new AttemptDeniedException(
          new CommitDeniedException(
              "Another attempt of this task publishes its tracks.",
              context.stageId(),
              context.partitionId(),
              context.attemptNumber()));
    }
  }

  /**
   * Thrown when another attempt of the task has been allowed to publish. Spark does not count this
   * as a failure.
   */
  public static final class AttemptDeniedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    AttemptDeniedException(CommitDeniedException cause) {
      super(cause);
    }
  }
}
