package io.stemspark.internal.rows;

import java.io.Serializable;
import java.util.Optional;

/**
 * The columns of a data frame that separation reads.
 *
 * @param input index of the column with URIs or with the bytes of files
 * @param id index of the column that names results; empty for names made of the input
 * @param reference index of the column with URIs of the true vocals; empty where none are known
 * @param count index of the last column, which counts the rows of an id where there are several; it
 *     is no part of the result
 */
public record RowColumns(int input, Integer id, Integer reference, int count)
    implements Serializable {
  Optional<Integer> idColumn() {
    return Optional.ofNullable(id);
  }

  Optional<Integer> referenceColumn() {
    return Optional.ofNullable(reference);
  }
}
