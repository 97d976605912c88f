package io.stemspark.internal.lease;

/**
 * A run may not publish any more, because a later one has taken over its output folder. No track is
 * to blame, and another attempt of the task does not help.
 */
public final class LeaseLostException extends RuntimeException {
  private static final long serialVersionUID = 1;

  LeaseLostException(String message) {
    super(message);
  }
}
