package io.stemspark.run;

/** Something the user named cannot be used: a missing input, an occupied output. */
public final class InputException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public InputException(String message) {
    super(message);
  }

  public InputException(String message, Throwable cause) {
    super(message, cause);
  }
}
