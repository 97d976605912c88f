package io.stemspark.training;

import java.util.List;

/** Hears how training goes. */
public interface TrainingListener {
  /** Tells all of some listeners. */
  static TrainingListener all(TrainingListener... listeners) {
    List<TrainingListener> all = List.of(listeners);
    return new TrainingListener() {
      @Override
      public void started(int epoch, int batches) {
        all.forEach(listener -> listener.started(epoch, batches));
      }

      @Override
      public void roundDone(Round round) {
        all.forEach(listener -> listener.roundDone(round));
      }

      @Override
      public void epochDone(Epoch epoch) {
        all.forEach(listener -> listener.epochDone(epoch));
      }

      @Override
      public void ended() {
        all.forEach(listener -> listener.ended());
      }
    };
  }

  /**
   * Training begins, or goes on.
   *
   * @param epoch the epoch that it is at, counted from 1
   * @param batches of it that are done
   */
  default void started(int epoch, int batches) {}

  void roundDone(Round round);

  void epochDone(Epoch epoch);

  /** Training is over, whether it came to its end or failed. */
  default void ended() {}
}
