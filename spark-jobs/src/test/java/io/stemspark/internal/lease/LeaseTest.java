package io.stemspark.internal.lease;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stemspark.internal.storage.AtomicFiles;
import io.stemspark.internal.storage.NewFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LeaseTest {
  private static final Duration MINUTE = Duration.ofMinutes(1);

  @TempDir Path folder;
  private final Configuration hadoop = new Configuration();

  private Lease take(String run, boolean takeOver) throws IOException {
    return Lease.take(folder.toUri().toString(), "separate", run, MINUTE, takeOver, hadoop);
  }

  @Test
  void oneRunHoldsAFolderAndTheNextHasTheNextNumber() throws IOException {
    try (Lease first = take("one", false)) {
      assertThat(first.fence().number()).isEqualTo(1);
      assertThatThrownBy(() -> take("two", false))
          .isInstanceOf(LeaseHeldException.class)
          .hasMessageContaining("run one (separate)")
          .hasMessageContaining("process " + ProcessHandle.current().pid())
          .hasMessageContaining("--take-over");
      first.requireHeld();
    }
    try (Lease second = take("two", false)) {
      assertThat(second.fence().number()).isEqualTo(2);
    }
  }

  @Test
  void aFolderHasOneJob() throws IOException {
    String output = folder.toUri().toString();
    Lease.take(output, "evaluate", "none", MINUTE, false, hadoop).close();
    Lease.take(output, "extract", "one", MINUTE, false, hadoop).close();
    Files.createDirectories(folder.resolve("_stemspark/ledger"));
    for (boolean takeOver : new boolean[] {false, true}) {
      assertThatThrownBy(() -> take("two", takeOver))
          .isInstanceOf(LeaseHeldException.class)
          .hasMessageContaining("already holds results of extract, by run one");
    }
    Lease.take(output, "extract", "two", MINUTE, false, hadoop).close();
  }

  @Test
  void whoeverIsTakenOverPublishesNothingMore() throws IOException {
    try (Lease first = take("one", false);
        Lease second = take("two", true)) {
      assertThatThrownBy(first::requireHeld)
          .isInstanceOf(LeaseLostException.class)
          .hasMessageContaining("Another run has taken over");
      assertThatThrownBy(() -> first.fence().requireHeld(hadoop))
          .isInstanceOf(LeaseLostException.class);
      second.requireHeld();
    }
    try (Lease third = take("three", false)) {
      assertThat(third.fence().number()).isEqualTo(3);
    }
  }

  @Test
  void whatIsWrittenLateNeverAppears() throws IOException {
    var file = new org.apache.hadoop.fs.Path(folder + "/scores.json");
    var own = new org.apache.hadoop.fs.Path(folder + "/_stemspark");
    try (Lease first = take("one", false)) {
      first.fence().write(file, hadoop, stream -> stream.write('1'));
      List<Lease> next = new ArrayList<>();
      assertThatThrownBy(
              () ->
                  first
                      .fence()
                      .write(
                          file,
                          hadoop,
                          stream -> {
                            next.add(take("two", true));
                            stream.write('2');
                          }))
          .isInstanceOf(LeaseLostException.class);
      // Here the process stands still after it has looked.
      AtomicFiles.Content content = stream -> stream.write('3');
      assertThatThrownBy(
              () ->
                  AtomicFiles.write(
                      file, own, () -> next.add(take("three", true)), hadoop, content))
          .isInstanceOf(IOException.class);
      next.forEach(Lease::close);
    }
    assertThat(folder.resolve("scores.json")).hasContent("1");
  }

  @Test
  void whatKilledRunsLeftGoes() throws IOException {
    Path own = Files.createDirectories(folder.resolve("_stemspark/temporary/one-plan"));
    Files.createFile(own.resolve("part"));
    String hidden = ".00000000-0000-0000-0000-000000000000.tmp";
    Files.createFile(folder.resolve("_stemspark").resolve(hidden));
    Path kept = Files.createFile(folder.resolve("_stemspark/mine.tmp"));
    try (Lease lease = take("two", false)) {
      lease.requireHeld();
      try (Stream<Path> files = Files.list(kept.getParent())) {
        assertThat(files)
            .containsExactlyInAnyOrder(
                kept, kept.resolveSibling("temporary"), kept.resolveSibling("lease"));
      }
      assertThat(kept.resolveSibling("temporary")).isEmptyDirectory();
    }
  }

  @Test
  void aLeaseThatDoesNotSayHowLongItLastsHolds() throws IOException {
    Path file = folder.resolve("_stemspark/lease/0000000005.json");
    Files.createDirectories(file.getParent());
    Instant soon = Instant.now().plusSeconds(30);
    Files.writeString(
        file,
        """
        {"version": 1, "number": 5, "run": "older", "job": "separate", "holder": {"host": "elsewhere",
        "machine": "another boot", "pid": 1, "started": 1}, "taken": "2026-01-01T00:00:00Z",
        "deadline": "%s", "renewals": 3, "released": false}
        """
            .formatted(soon));
    assertThatThrownBy(() -> take("two", false))
        .isInstanceOf(LeaseHeldException.class)
        .hasMessageContaining("run older (separate)");
  }

  @Test
  void ofManyAtTheSameTimeOneSucceeds() throws Exception {
    int many = 16;
    ExecutorService threads = Executors.newFixedThreadPool(many);
    CountDownLatch start = new CountDownLatch(1);
    AtomicInteger taken = new AtomicInteger();
    List<Callable<Boolean>> attempts = new ArrayList<>();
    for (int i = 0; i < many; i++) {
      byte[] content = {(byte) i};
      attempts.add(
          () -> {
            start.await();
            var file = new org.apache.hadoop.fs.Path(folder + "/claim");
            return NewFiles.create(file, content, hadoop);
          });
    }
    List<Future<Boolean>> results = new ArrayList<>();
    attempts.forEach(attempt -> results.add(threads.submit(attempt)));
    start.countDown();
    for (Future<Boolean> result : results) {
      taken.addAndGet(result.get() ? 1 : 0);
    }
    threads.shutdown();
    assertThat(taken).hasValue(1);
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).containsExactly(folder.resolve("claim"));
    }
  }

  private void store(HolderProcess holder, Instant deadline, boolean released) throws IOException {
    store(holder, deadline, MINUTE, released);
  }

  private void store(HolderProcess holder, Instant deadline, Duration lasts, boolean released)
      throws IOException {
    LeaseFile file =
        new LeaseFile(
            LeaseFile.VERSION,
            5,
            "other",
            "separate",
            holder,
            "2026-01-01T00:00:00Z",
            deadline.toString(),
            lasts.toString(),
            3,
            released);
    assertThat(file.create(folder.toUri().toString(), hadoop)).isTrue();
  }

  private static HolderProcess elsewhere() {
    return new HolderProcess("elsewhere", "another boot", 1, 1);
  }

  @Test
  void aProcessThatHasEndedOnThisMachineHoldsNothing() throws IOException {
    HolderProcess here = HolderProcess.current();
    // The number is this very process's, and was another's before.
    HolderProcess ended =
        new HolderProcess(here.host(), here.machine(), here.pid(), here.started() - 1);
    store(ended, Instant.now().plus(MINUTE), false);
    try (Lease lease = take("two", false)) {
      assertThat(lease.fence().number()).isEqualTo(6);
    }
  }

  @Test
  void aReleasedLeaseHoldsNothingWhateverItsDeadline() throws IOException {
    store(elsewhere(), Instant.now().plus(MINUTE), true);
    take("two", false).close();
  }

  @Test
  void aRunOnAnotherMachineHoldsUntilItsDeadline() throws IOException {
    store(elsewhere(), Instant.now().plusSeconds(30), false);
    assertThatThrownBy(() -> take("two", false))
        .isInstanceOf(LeaseHeldException.class)
        .hasMessageContaining("host elsewhere");
  }

  @Test
  void anExpiredLeaseIsWatchedBeforeItIsTaken() throws Exception {
    Duration second = Duration.ofSeconds(1);
    store(elsewhere(), Instant.now().minusSeconds(30), second, false);
    String output = folder.toUri().toString();
    ExecutorService renewing = Executors.newSingleThreadExecutor();
    Future<?> renewal =
        renewing.submit(
            () -> {
              TimeUnit.MILLISECONDS.sleep(200);
              // By a clock that is an hour late.
              LeaseFile.read(output, 5, hadoop)
                  .orElseThrow()
                  .renewed(Instant.now().minusSeconds(3600))
                  .replace(output, hadoop);
              return null;
            });
    assertThatThrownBy(() -> Lease.take(output, "separate", "two", second, false, hadoop))
        .isInstanceOf(LeaseHeldException.class);
    renewal.get();
    renewing.shutdown();
    try (Lease lease = Lease.take(output, "separate", "two", second, false, hadoop)) {
      assertThat(lease.fence().number()).isEqualTo(6);
    }
  }

  @Test
  void aDeadlineOfAClockThatRanAheadIsNotWaitedFor() throws IOException {
    Duration second = Duration.ofSeconds(1);
    store(elsewhere(), Instant.now().plusSeconds(86_400), second, false);
    try (Lease lease =
        Lease.take(folder.toUri().toString(), "separate", "two", second, false, hadoop)) {
      assertThat(lease.fence().number()).isEqualTo(6);
    }
  }

  @Test
  void whatALeaseLastsIsUpToItsHolder() throws IOException {
    store(elsewhere(), Instant.now().plusSeconds(500), Duration.ofMinutes(10), false);
    Duration second = Duration.ofSeconds(1);
    String output = folder.toUri().toString();
    assertThatThrownBy(() -> Lease.take(output, "separate", "two", second, false, hadoop))
        .isInstanceOf(LeaseHeldException.class);
  }

  @Test
  void aLeaseOfALaterReleaseIsNotTaken() throws IOException {
    Path file = folder.resolve("_stemspark/lease/0000000005.json");
    Files.createDirectories(file.getParent());
    Files.writeString(file, "{\"version\": 2, \"something\": \"new\"}");
    assertThatThrownBy(() -> take("two", false))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(file.getFileName().toString())
        .hasMessageContaining("version 2");
  }

  @Test
  void aLeaseIsRenewedAndItsLossIsTold() throws Exception {
    String output = folder.toUri().toString();
    Duration brief = Duration.ofSeconds(1);
    CountDownLatch told = new CountDownLatch(1);
    try (Lease lease = Lease.take(output, "separate", "one", brief, false, hadoop)) {
      lease.whenLost(told::countDown);
      TimeUnit.MILLISECONDS.sleep(1500);
      LeaseFile now = LeaseFile.read(output, 1, hadoop).orElseThrow();
      assertThat(now.renewals()).isPositive();
      assertThat(Instant.parse(now.deadline())).isAfter(Instant.now().minus(brief));
      Lease.take(output, "separate", "two", MINUTE, true, hadoop).close();
      assertThat(told.await(5, TimeUnit.SECONDS)).isTrue();
      assertThatThrownBy(lease::requireHeld).isInstanceOf(LeaseLostException.class);
    }
    assertThat(LeaseFile.read(output, 1, hadoop).orElseThrow().released()).isFalse();
  }
}
