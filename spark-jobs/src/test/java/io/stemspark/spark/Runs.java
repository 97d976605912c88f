package io.stemspark.spark;

import io.stemspark.internal.jobs.ExtractJob;
import io.stemspark.internal.jobs.SeparateJob;
import io.stemspark.internal.journal.RunTotals;
import io.stemspark.internal.lease.Lease;
import io.stemspark.internal.lease.LeaseRequest;
import io.stemspark.internal.plan.Selection;
import io.stemspark.run.RunListener;
import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;

/** Whole runs of jobs, as the command line makes them. */
public final class Runs {
  private Runs() {}

  public static RunTotals extract(ExtractJob job, SparkSession spark) throws IOException {
    try (Lease lease = job.lease(LeaseRequest.STANDARD, configuration(spark))) {
      return job.run(context(spark), lease, Selection.ALL, Long.MAX_VALUE, RunListener.NONE);
    }
  }

  public static RunTotals separate(SeparateJob job, SparkSession spark) throws IOException {
    try (Lease lease = job.lease(LeaseRequest.STANDARD, configuration(spark))) {
      return job.run(context(spark), lease, Selection.ALL, Long.MAX_VALUE, RunListener.NONE);
    }
  }

  static JavaSparkContext context(SparkSession spark) {
    return JavaSparkContext.fromSparkContext(spark.sparkContext());
  }

  private static Configuration configuration(SparkSession spark) {
    return spark.sparkContext().hadoopConfiguration();
  }
}
