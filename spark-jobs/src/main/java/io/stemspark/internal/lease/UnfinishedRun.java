package io.stemspark.internal.lease;

import java.io.Serializable;

/**
 * A run that is at work, was killed, or whose journal is not whole.
 *
 * @param number of the run
 * @param taken when it began, in milliseconds since 1970
 * @param deadline the latest time at which it held the folder, likewise
 * @param planned when it stored its plan, likewise but by the clock of storage; it wrote no result
 *     before, and none at all if this is {@link Long#MAX_VALUE}
 */
public record UnfinishedRun(long number, long taken, long deadline, long planned)
    implements Serializable {}
