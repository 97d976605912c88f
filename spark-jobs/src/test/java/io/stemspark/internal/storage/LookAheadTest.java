package io.stemspark.internal.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LookAheadTest {
  private static final int AT_A_TIME = 64;

  @Test
  void resultsComeInTheOrderOfTheSource() {
    List<Integer> items = IntStream.range(0, 1000).boxed().toList();
    List<Integer> found = new ArrayList<>();
    new LookAhead<>(items.iterator(), item -> 2 * item).forEachRemaining(found::add);
    assertThat(found).isEqualTo(items.stream().map(item -> 2 * item).toList());
  }

  /** No call returns before all of them have begun. */
  @Test
  void manyAreLookedUpAtATime() {
    CountDownLatch begun = new CountDownLatch(AT_A_TIME);
    LookAhead<Integer, Boolean> ahead =
        new LookAhead<>(
            IntStream.range(0, AT_A_TIME).iterator(),
            item -> {
              begun.countDown();
              try {
                return begun.await(30, TimeUnit.SECONDS);
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });
    assertThat(ahead).toIterable().hasSize(AT_A_TIME).containsOnly(true);
  }

  @Test
  void theSourceIsReadOnlySoFarAhead() {
    AtomicInteger read = new AtomicInteger();
    LookAhead<Integer, Integer> ahead =
        new LookAhead<>(
            IntStream.range(0, 1000).peek(item -> read.incrementAndGet()).iterator(), item -> item);
    assertThat(ahead.next()).isZero();
    assertThat(read).hasValueLessThanOrEqualTo(AT_A_TIME + 1);
  }

  @Test
  void aFailureComesInItsTurnAndAsItIs() {
    LookAhead<Integer, Integer> ahead = new LookAhead<>(List.of(1, 0).iterator(), item -> 6 / item);
    assertThat(ahead.next()).isEqualTo(6);
    assertThatThrownBy(ahead::next).isInstanceOf(ArithmeticException.class);
    assertThat(ahead).isExhausted();
    assertThatThrownBy(ahead::next).isInstanceOf(NoSuchElementException.class);
  }
}
