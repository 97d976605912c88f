package io.stemspark.training;

/** Hears how training goes. */
public interface TrainingListener {
  /** Tells all of some listeners. */
  static TrainingListener all(TrainingListener... listeners) {
    return new TrainingListener() {
      @Override
      public void started(int epoch, int batches) {
        for (TrainingListener listener : listeners) {
          listener.started(epoch, batches);
        }
      }

      @Override
      public void roundDone(Round round) {
        for (TrainingListener listener : listeners) {
          listener.roundDone(round);
        }
      }

      @Override
      public void epochDone(Epoch epoch) {
        for (TrainingListener listener : listeners) {
          listener.epochDone(epoch);
        }
      }

      @Override
      public void ended() {
        for (TrainingListener listener : listeners) {
          listener.ended();
        }
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
