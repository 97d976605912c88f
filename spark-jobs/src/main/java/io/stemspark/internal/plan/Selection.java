package io.stemspark.internal.plan;

import java.io.Serializable;

/**
 * Which of the tracks that are not done yet a run takes on.
 *
 * @param retryFailed also those that are to blame for their failure in an earlier run
 * @param onlyNew none that an earlier run has done, even if its input, model or settings changed
 * @param since none whose files are all older, in milliseconds since 1970
 * @param limit this many at most
 */
public record Selection(boolean retryFailed, boolean onlyNew, long since, long limit)
    implements Serializable {
  public static final Selection ALL = new Selection(false, false, Long.MIN_VALUE, Long.MAX_VALUE);
}
