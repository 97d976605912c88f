package io.stemspark.internal.stems;

import static org.assertj.core.api.Assertions.assertThat;

import io.stemspark.internal.config.JobSettings;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SeparationWorkersTest {
  /** No core is left over, and none is asked of twice. */
  @ParameterizedTest
  @CsvSource({
    "8, 1, 1, 8",
    "8, 1, 2, 7",
    "8, 1, 8, 1",
    "8, 1, 1000, 1",
    "8, 4, 1000, 7",
    "1, 1, 5, 1",
    "1, 2, 5, 1",
  })
  void tasksShareTheCoresOfTheirExecutor(int cores, int coresPerTask, int tasks, int threads) {
    JobSettings settings = JobSettings.load(List.of(), List.of());
    SeparationContract task =
        new SeparationContract(
            settings.decoding(), settings.separation(), "file:/out", settings.paths(), "", 1);
    SeparationWorkers workers = new SeparationWorkers(null, task, cores, coresPerTask);
    assertThat(workers.sharedBy(tasks).task().threads()).isEqualTo(threads);
  }
}
