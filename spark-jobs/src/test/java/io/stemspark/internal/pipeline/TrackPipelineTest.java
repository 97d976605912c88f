package io.stemspark.internal.pipeline;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stemspark.TestSpark;
import io.stemspark.internal.corpus.CorpusEntries;
import io.stemspark.internal.lease.Lease;
import io.stemspark.internal.plan.CorpusGuard;
import io.stemspark.internal.plan.IncrementalPlanner;
import io.stemspark.internal.plan.Selection;
import io.stemspark.run.RunListener;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrackPipelineTest {
  /** As when a cluster's manager ends the application. */
  @Test
  void whatARunFailedOfIsToldWhenSparkHasStopped(@TempDir Path folder) throws IOException {
    String output = folder.toUri().toString();
    IncrementalPlanner planner =
        new IncrementalPlanner(null, Selection.ALL, "", false, CorpusGuard.NONE);
    try (SparkSession spark = TestSpark.local();
        Lease lease =
            Lease.take(
                output, "separate", "run", Duration.ofMinutes(1), false, new Configuration())) {
      JavaSparkContext context = new JavaSparkContext(spark.sparkContext());
      TrackPipeline pipeline =
          new TrackPipeline(
              context,
              new Broadcasts(context).sendHadoop(),
              lease,
              planner,
              Optional.empty(),
              RunListener.NONE);
      CorpusEntries corpus =
          new CorpusEntries(
              Optional.empty(),
              () -> {
                spark.stop();
                throw new IllegalStateException("the reason");
              });
      assertThatThrownBy(() -> pipeline.run(corpus, null, 0, plan -> {}))
          .isInstanceOf(IOException.class)
          .hasMessage("the reason");
    }
  }
}
