package io.stemspark.training;

import java.util.List;

/** Receives the progress of a training. */
public interface TrainingListener {
  /** Is not interested. */
  TrainingListener NONE = new TrainingListener() {};

  /** A listener that calls all of these. */
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
   * Called when training begins or resumes.
   *
   * @param epoch the current epoch, counted from 1
   * @param batches batches of that epoch that are done
   */
  default void started(int epoch, int batches) {}

  default void roundDone(Round round) {}

  default void epochDone(Epoch epoch) {}

  /** Called when training is over, whether it was completed or failed. */
  default void ended() {}
}
