package io.stemspark.internal.pipeline;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stemspark.TestSpark;
import io.stemspark.internal.lease.Fence;
import io.stemspark.internal.plan.CorpusGuard;
import io.stemspark.internal.plan.DriverPlan;
import io.stemspark.internal.plan.IncrementalPlanner;
import io.stemspark.internal.plan.PlanSummary;
import io.stemspark.internal.plan.Selection;
import io.stemspark.run.RunListener;
import io.stemspark.run.RunStopped;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunMonitorTest {
  @Test
  void tooManyFailuresExplainTheEndOfARun(@TempDir Path folder) throws IOException {
    String output = folder.toUri().toString();
    IncrementalPlanner planner =
        new IncrementalPlanner(null, Selection.ALL, "", false, CorpusGuard.NONE);
    PlanSummary nothing = DriverPlan.of(List.of(), output, planner, new Configuration()).summary();
    Fence fence = new Fence(output, "run", 1);
    try (SparkSession spark = TestSpark.local();
        RunMonitor monitor =
            RunMonitor.start(
                spark.sparkContext(), fence, Set.of(), nothing, 0, () -> {}, RunListener.NONE)) {
      // As when a cluster's manager ends the application.
      spark.stop();
      assertThatCode(() -> monitor.requireFew(new IOException("the reason")))
          .doesNotThrowAnyException();
      assertThatThrownBy(() -> monitor.requireFew(1, new IOException("the reason")))
          .isInstanceOf(RunStopped.class)
          .hasRootCauseMessage("the reason");
    }
  }
}
