package io.stemspark.internal.averaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("integration")
class WorkerSlotsTest {
  private static final long STEADY = TimeUnit.MILLISECONDS.toNanos(500);

  /** An executor more with each look, until there are six. */
  private static IntSupplier coming() {
    int[] executors = {0};
    return () -> executors[0] = Math.min(6, executors[0] + 1);
  }

  @Test
  void executorsThatComeOneAfterTheOtherAreAllCounted() {
    assertThat(WorkerSlots.steady(coming(), 0, STEADY)).isEqualTo(6);
  }

  @Test
  void nobodyWaitsForMoreThanIsWanted() {
    assertThat(WorkerSlots.steady(coming(), 3, TimeUnit.HOURS.toNanos(1))).isEqualTo(3);
  }

  @Test
  void fewerThanAreWantedWillDo() {
    assertThat(WorkerSlots.steady(coming(), 9, STEADY)).isEqualTo(6);
  }
}
