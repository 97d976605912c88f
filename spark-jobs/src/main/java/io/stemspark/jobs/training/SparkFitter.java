package io.stemspark.jobs.training;

import io.stemspark.patch.PatchConfig;
import io.stemspark.training.BatchLoader;
import io.stemspark.training.Fitter;
import io.stemspark.training.TrainingConfig;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.Function;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.spark.api.RDDTrainingApproach;
import org.deeplearning4j.spark.api.Repartition;
import org.deeplearning4j.spark.impl.graph.SparkComputationGraph;
import org.deeplearning4j.spark.impl.paramavg.ParameterAveragingTrainingMaster;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/**
 * Computes training steps in Spark tasks with Deeplearning4j's parameter averaging. Each call of
 * {@link #fit} is one averaging: every worker takes the weights, makes its steps on batches that it
 * reads itself, and the mean of the workers' weights and updater states comes back.
 */
public final class SparkFitter implements Fitter {
  private final JavaSparkContext context;
  private final PatchConfig patch;
  private final int workers;
  private final int averagingPeriod;
  private final Function<String, MultiDataSet> load;
  private final SparkComputationGraph graph;

  /**
   * @param loader serializable
   */
  public <L extends BatchLoader & java.io.Serializable> SparkFitter(
      JavaSparkContext context,
      ComputationGraph network,
      PatchConfig patch,
      TrainingConfig training,
      int workers,
      L loader) {
    this.context = context;
    this.patch = patch;
    this.workers = workers;
    this.averagingPeriod = training.averagingPeriod();
    this.load = loader::load;
    ParameterAveragingTrainingMaster master =
        new ParameterAveragingTrainingMaster.Builder(workers, training.batchSize())
            .batchSizePerWorker(training.batchSize())
            .averagingFrequency(averagingPeriod)
            .saveUpdater(true)
            .repartionData(Repartition.Never)
            .rddTrainingApproach(RDDTrainingApproach.Direct)
            .storageLevel(null)
            .workerPrefetchNumBatches(0)
            .build();
    this.graph = new SparkComputationGraph(context, network, master);
  }

  @Override
  public double fit(List<String> batches) {
    JavaRDD<MultiDataSet> data = context.parallelize(batches, workers).map(load);
    graph.fitMultiDataSet(new CountedRdd<>(data, batches.size()));
    return graph.getScore() / patch.size();
  }

  @Override
  public ComputationGraph network() {
    return graph.getNetwork();
  }

  @Override
  public int batchesPerRound() {
    return workers * averagingPeriod;
  }

  /**
   * The training master counts its data first; computing every batch to count it doubles the work.
   */
  private static final class CountedRdd<T> extends JavaRDD<T> {
    private static final long serialVersionUID = 1;

    private final long count;

    CountedRdd(JavaRDD<T> data, long count) {
      super(data.rdd(), data.classTag());
      this.count = count;
    }

    @Override
    public long count() {
      return count;
    }
  }
}
