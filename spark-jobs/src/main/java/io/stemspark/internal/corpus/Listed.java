package io.stemspark.internal.corpus;

import java.io.Serializable;
import java.util.Comparator;

/** What listing a folder tree gives: audio files, notes on the rest, folders that are closed. */
sealed interface Listed extends Serializable permits FoundFile, ListedNote, ClosedFolder {
  /**
   * Files by {@link FoundFile#ORDER}, so that those of a folder follow each other; then the rest.
   */
  Comparator<Listed> ORDER =
      (one, other) ->
          one instanceof FoundFile a && other instanceof FoundFile b
              ? FoundFile.ORDER.compare(a, b)
              : Boolean.compare(!(one instanceof FoundFile), !(other instanceof FoundFile));

  /** The folder that it is of. */
  String folder();
}
