package io.stemspark.internal.training;

import java.io.IOException;
import java.util.Optional;
import org.deeplearning4j.nn.graph.ComputationGraph;

/** Stores what a training needs to resume after its process has died. */
public interface Checkpoints {
  /** Stores nothing. */
  Checkpoints NONE =
      new Checkpoints() {
        @Override
        public String location() {
          return "Nothing was saved.";
        }

        @Override
        public Optional<TrainingState> restore(ComputationGraph network) {
          return Optional.empty();
        }

        @Override
        public void save(TrainingState state, ComputationGraph network) {}
      };

  /** A sentence that says where the last saved state is. */
  String location();

  /**
   * Gives a network the weights, the updater's state and the step that were saved last.
   *
   * @return where training was then; empty when nothing is saved
   */
  Optional<TrainingState> restore(ComputationGraph network) throws IOException;

  /** Saves the state. The one saved before stays usable until this is done. */
  void save(TrainingState state, ComputationGraph network) throws IOException;
}
