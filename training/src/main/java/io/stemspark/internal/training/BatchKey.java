package io.stemspark.internal.training;

import java.io.Serializable;
import java.util.List;

/** Says which patches a batch is made of. It travels to workers, which load the patches. */
public interface BatchKey extends Serializable {
  /** The tracks of the patches, for messages. */
  List<String> tracks();
}
