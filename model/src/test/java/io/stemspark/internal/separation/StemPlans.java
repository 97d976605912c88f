package io.stemspark.internal.separation;

import io.stemspark.internal.network.StemSet;
import io.stemspark.network.Stem;
import io.stemspark.separation.OutputConfig.StemSelection;

/** How stems come about, for tests. */
final class StemPlans {
  static final StemPlan VOICE = StemPlan.of(StemSet.VOICE, StemSelection.ALL);
  static final StemPlan VOICE_ALONE = StemPlan.of(StemSet.VOICE, StemSelection.of(Stem.VOCALS));

  private StemPlans() {}
}
