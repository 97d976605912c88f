package io.stemspark.training;

/** Hears how training goes. */
public interface TrainingListener {
  void roundDone(Round round);

  void epochDone(Epoch epoch);
}
