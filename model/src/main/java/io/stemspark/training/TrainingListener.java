package io.stemspark.training;

/** Hears how training goes. */
public interface TrainingListener {
  void roundDone(int epoch, int batchesDone, int batches, double loss);

  void epochDone(Epoch epoch);
}
