package io.stemspark.internal.corpus;

import java.io.Serializable;
import java.util.Comparator;

/** What listing a folder tree gives: audio files, and what there is to say of the rest. */
sealed interface Listed extends Serializable permits FoundFile, Listed.Other {
  /**
   * Files by {@link FoundFile#ORDER}, so that those of a folder follow each other; then the rest.
   * It is sent to the executors.
   */
  Comparator<Listed> ORDER =
      (Comparator<Listed> & Serializable)
          (one, other) ->
              one instanceof FoundFile a && other instanceof FoundFile b
                  ? FoundFile.ORDER.compare(a, b)
                  : Boolean.compare(!(one instanceof FoundFile), !(other instanceof FoundFile));

  String folder();

  /**
   * What is not an audio file.
   *
   * @param folder its path below the root
   * @param entry a note, or the track that a folder which cannot be listed stands for
   */
  record Other(String folder, CorpusEntry entry) implements Listed {}
}
