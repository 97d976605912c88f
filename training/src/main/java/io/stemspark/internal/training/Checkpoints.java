package io.stemspark.internal.training;

import java.io.IOException;
import java.util.Optional;
import org.deeplearning4j.nn.graph.ComputationGraph;

/** Keeps what a training needs to go on after its process has died. */
public interface Checkpoints {
  /** Keeps nothing. */
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

  /** A sentence that says where what was saved last can be found. */
  String location();

  /**
   * Gives a network the weights, the updater's state and the step that were saved last.
   *
   * @return where training was then; empty when nothing is saved
   */
  Optional<TrainingState> restore(ComputationGraph network) throws IOException;

  /** Saves all of it; what was saved before stays usable until that is done. */
  void save(TrainingState state, ComputationGraph network) throws IOException;
}
