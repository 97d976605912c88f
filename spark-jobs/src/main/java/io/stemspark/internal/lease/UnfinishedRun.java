package io.stemspark.internal.lease;

import java.io.Serializable;

/**
 * A run that is at work, was killed, or whose journal is not whole.
 *
 * @param taken when it began, in milliseconds since 1970
 * @param deadline the latest time at which it held the folder, likewise
 */
public record UnfinishedRun(long taken, long deadline) implements Serializable {}
