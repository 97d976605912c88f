package io.stemspark.jobs.training;

import io.stemspark.patch.PatchConfig;
import io.stemspark.training.BatchLoader;
import io.stemspark.training.Fitter;
import io.stemspark.training.TrainingConfig;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.util.LongAccumulator;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.spark.api.RDDTrainingApproach;
import org.deeplearning4j.spark.api.Repartition;
import org.deeplearning4j.spark.api.TrainingHook;
import org.deeplearning4j.spark.impl.graph.SparkComputationGraph;
import org.deeplearning4j.spark.impl.paramavg.ParameterAveragingTrainingMaster;
import org.nd4j.linalg.dataset.api.DataSet;
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
  private final FlatMapFunction<Iterator<String>, MultiDataSet> load;
  private final SparkComputationGraph graph;
  private final LongAccumulator waitingNanos;
  private final WorkerSteps worker;

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
    LongAccumulator waiting = context.sc().longAccumulator();
    this.worker = new WorkerSteps(context.sc().longAccumulator());
    this.waitingNanos = waiting;
    this.load = keys -> new BatchStream(keys, loader, waiting);
    ParameterAveragingTrainingMaster master =
        new ParameterAveragingTrainingMaster.Builder(workers, training.batchSize())
            .batchSizePerWorker(training.batchSize())
            .averagingFrequency(training.averaging().longest())
            .saveUpdater(true)
            .repartionData(Repartition.Never)
            .rddTrainingApproach(RDDTrainingApproach.Direct)
            .storageLevel(null)
            .workerPrefetchNumBatches(0)
            .trainingHooks(List.of(worker))
            .build();
    this.graph = new SparkComputationGraph(context, network, master);
  }

  @Override
  public Fit fit(List<String> batches) {
    worker.computingNanos.reset();
    waitingNanos.reset();
    int stepsBefore = configuration().getIterationCount();
    worker.stepsBefore = stepsBefore;
    JavaRDD<MultiDataSet> data = context.parallelize(batches, workers).mapPartitions(load);
    graph.fitMultiDataSet(new CountedRdd<>(data, batches.size()));
    // The training master takes every round for one of its longest.
    configuration().setIterationCount(stepsBefore + batches.size() / workers);
    return new Fit(
        graph.getScore() / patch.size(),
        worker.computingNanos.value() / 1e9,
        waitingNanos.value() / 1e9);
  }

  private ComputationGraphConfiguration configuration() {
    return network().getConfiguration();
  }

  @Override
  public ComputationGraph network() {
    return graph.getNetwork();
  }

  @Override
  public int workers() {
    return workers;
  }

  /**
   * What surrounds each step of a worker. Workers make a network anew in every round and begin to
   * count its steps at zero, where learning rate and Adam's corrections would begin anew too; so
   * they are told how many there have been. And the time that steps take is counted.
   */
  private static final class WorkerSteps implements TrainingHook {
    private static final long serialVersionUID = 1;

    private final LongAccumulator computingNanos;
    private int stepsBefore;
    private transient long started;

    WorkerSteps(LongAccumulator computingNanos) {
      this.computingNanos = computingNanos;
    }

    @Override
    public void preUpdate(MultiDataSet batch, Model model) {
      ComputationGraphConfiguration configuration = ((ComputationGraph) model).getConfiguration();
      configuration.setIterationCount(Math.max(stepsBefore, configuration.getIterationCount()));
      started = System.nanoTime();
    }

    @Override
    public void postUpdate(MultiDataSet batch, Model model) {
      computingNanos.add(System.nanoTime() - started);
    }

    @Override
    public void preUpdate(DataSet batch, Model model) {
      throw new UnsupportedOperationException("the U-Net takes a MultiDataSet");
    }

    @Override
    public void postUpdate(DataSet batch, Model model) {}
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
