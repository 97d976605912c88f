package io.stemspark.internal.averaging;

import io.stemspark.internal.training.BatchKey;
import io.stemspark.internal.training.BatchLoader;
import io.stemspark.internal.training.StepRunner;
import io.stemspark.training.TrainingConfig;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.CollectionAccumulator;
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
public final class SparkStepRunner<K extends BatchKey> implements StepRunner<K> {
  private final JavaSparkContext context;
  private final int workers;
  private final FlatMapFunction<Iterator<K>, MultiDataSet> load;
  private final SparkComputationGraph graph;
  private final LongAccumulator waitingNanos;
  private final WorkerSteps worker;
  private final RoundBroadcasts broadcasts;

  /**
   * @param loader serializable
   */
  public <L extends BatchLoader<K> & Serializable> SparkStepRunner(
      JavaSparkContext context,
      ComputationGraph network,
      TrainingConfig training,
      int workers,
      L loader) {
    this.context = context;
    this.broadcasts = new RoundBroadcasts(context);
    this.workers = workers;
    LongAccumulator waiting = context.sc().longAccumulator();
    this.worker =
        new WorkerSteps(context.sc().longAccumulator(), context.sc().collectionAccumulator());
    this.waitingNanos = waiting;
    this.load = keys -> new BatchStream<>(keys, loader, waiting);
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
    this.graph = new SparkComputationGraph(broadcasts, network, master);
  }

  @Override
  public Fit fit(List<K> batches) {
    // Of the results of the round before.
    NativeGarbage.limit();
    worker.computingNanos.reset();
    worker.losses.reset();
    waitingNanos.reset();
    int stepsBefore = configuration().getIterationCount();
    worker.stepsBefore = stepsBefore;
    int steps = batches.size() / workers;
    JavaRDD<MultiDataSet> data =
        new BatchKeys<>(context.sc(), batches, workers).toJavaRDD().mapPartitions(load);
    try {
      graph.fitMultiDataSet(new CountedRdd<>(data, batches.size()));
    } finally {
      broadcasts.destroyAll();
    }
    // The training master takes every round for one of its longest.
    configuration().setIterationCount(stepsBefore + steps);
    return Fit.of(losses(steps), worker.computingNanos.value() / 1e9, waitingNanos.value() / 1e9);
  }

  /** Spark may tell of a step twice, if its task ran twice, but of each at least once. */
  private double[][] losses(int steps) {
    double[][] losses = new double[workers][steps];
    for (StepLoss told : worker.losses.value()) {
      losses[told.worker][told.step] = told.loss;
    }
    return losses;
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

  /** The loss of a step, counted from 0 in its round. */
  private record StepLoss(int worker, int step, double loss) implements Serializable {}

  /**
   * What surrounds each step of a worker. Workers make a network anew in every round and begin to
   * count its steps at zero, where learning rate and Adam's corrections would begin anew too; so
   * they are told how many there have been. The time that steps take is counted, and the driver is
   * told their losses.
   */
  private static final class WorkerSteps implements TrainingHook {
    private static final long serialVersionUID = 1;

    private final LongAccumulator computingNanos;
    private final CollectionAccumulator<StepLoss> losses;
    private int stepsBefore;
    private transient int step;
    private transient long started;

    WorkerSteps(LongAccumulator computingNanos, CollectionAccumulator<StepLoss> losses) {
      this.computingNanos = computingNanos;
      this.losses = losses;
    }

    @Override
    public void preUpdate(MultiDataSet batch, Model model) {
      ComputationGraphConfiguration configuration = ((ComputationGraph) model).getConfiguration();
      configuration.setIterationCount(Math.max(stepsBefore, configuration.getIterationCount()));
      step = configuration.getIterationCount() - stepsBefore;
      if (step == 0) {
        NativeGarbage.limit();
      }
      started = System.nanoTime();
    }

    @Override
    public void postUpdate(MultiDataSet batch, Model model) {
      computingNanos.add(System.nanoTime() - started);
      losses.add(new StepLoss(TaskContext.getPartitionId(), step, StepRunner.loss(model, batch)));
    }

    @Override
    public void preUpdate(DataSet batch, Model model) {
      throw new UnsupportedOperationException("The U-Net takes a MultiDataSet.");
    }

    @Override
    public void postUpdate(DataSet batch, Model model) {}
  }

  /**
   * A context that remembers what was broadcast. The training master broadcasts weights in every
   * round; executors would hold them, mostly outside the Java heap, until the driver's garbage
   * collector finds them.
   */
  private static final class RoundBroadcasts extends JavaSparkContext {
    private final List<Broadcast<?>> open = new ArrayList<>();

    RoundBroadcasts(JavaSparkContext context) {
      super(context.sc());
    }

    @Override
    public <T> Broadcast<T> broadcast(T value) {
      Broadcast<T> broadcast = super.broadcast(value);
      open.add(broadcast);
      return broadcast;
    }

    void destroyAll() {
      open.forEach(Broadcast::destroy);
      open.clear();
    }
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
