package io.stemspark.internal.jobs;

import io.stemspark.internal.journal.RunTotals;
import io.stemspark.internal.lease.Lease;
import io.stemspark.internal.lease.LeaseRequest;
import io.stemspark.internal.plan.PlanSummary;
import io.stemspark.internal.plan.Selection;
import io.stemspark.run.InputException;
import io.stemspark.run.RunListener;
import io.stemspark.run.RunStopped;
import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;

/**
 * A job over the tracks of a corpus. What the user named has been checked when there is one, before
 * Spark starts.
 */
public interface CatalogueJob {
  /** What {@link #run} would do. Nothing is written. */
  PlanSummary dryRun(SparkSession spark, Selection selection) throws IOException;

  /**
   * Takes the output folder, for one run.
   *
   * @throws InputException when another run holds it
   */
  Lease lease(LeaseRequest request, Configuration configuration);

  /**
   * Does every track that is not done yet; one that fails stops no other.
   *
   * @param lease on the output folder
   * @param maxFailures the run stops when more tracks than these have failed
   * @throws RunStopped when too many tracks failed
   */
  RunTotals run(
      SparkSession spark, Lease lease, Selection selection, long maxFailures, RunListener listener)
      throws IOException;
}
