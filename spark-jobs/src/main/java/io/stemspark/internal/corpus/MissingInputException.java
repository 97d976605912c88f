package io.stemspark.internal.corpus;

import java.io.FileNotFoundException;

/** A file of the corpus is missing: the track is to blame, unlike where output storage fails. */
public final class MissingInputException extends FileNotFoundException {
  private static final long serialVersionUID = 1;

  public MissingInputException(String message) {
    super(message);
  }
}
