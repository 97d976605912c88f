package io.stemspark.jobs;

import io.stemspark.jobs.lease.Lease;
import io.stemspark.jobs.ledger.Summary;
import io.stemspark.jobs.plan.Selection;
import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;

/** Whole runs of jobs, as the command line makes them. */
public final class Runs {
  private Runs() {}

  public static Summary extract(ExtractJob job, SparkSession spark) throws IOException {
    try (Lease lease = job.lease(LeaseRequest.STANDARD, configuration(spark))) {
      return job.run(spark, lease, Selection.ALL, Long.MAX_VALUE, RunListener.NONE);
    }
  }

  public static Summary separate(SeparateJob job, SparkSession spark) throws IOException {
    try (Lease lease = job.lease(LeaseRequest.STANDARD, configuration(spark))) {
      return job.run(spark, lease, Selection.ALL, Long.MAX_VALUE, RunListener.NONE);
    }
  }

  private static Configuration configuration(SparkSession spark) {
    return spark.sparkContext().hadoopConfiguration();
  }
}
