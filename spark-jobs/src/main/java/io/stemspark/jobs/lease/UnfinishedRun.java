package io.stemspark.jobs.lease;

import java.io.Serializable;

/**
 * A run that has not released its folder: it is at work, or was killed.
 *
 * @param taken when it began, in milliseconds since 1970
 * @param deadline until when it held the folder at most, likewise
 */
public record UnfinishedRun(long taken, long deadline) implements Serializable {}
