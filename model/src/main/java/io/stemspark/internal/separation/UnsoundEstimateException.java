package io.stemspark.internal.separation;

/**
 * What a network makes of a track is not a spectrum. It would be none in another attempt either.
 */
public final class UnsoundEstimateException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public UnsoundEstimateException(String message) {
    super(message);
  }
}
