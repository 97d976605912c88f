package io.stemspark.internal.network;

/**
 * A network gave values for a track that are not finite, or none in time. Another attempt would
 * give the same.
 */
public final class UnsoundEstimateException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public UnsoundEstimateException(String message) {
    super(message);
  }
}
