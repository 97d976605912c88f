package io.stemspark.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stemspark.Demo;
import io.stemspark.TestBundle;
import io.stemspark.TestSpark;
import io.stemspark.bundle.ModelBundle;
import io.stemspark.internal.config.JobSettings;
import io.stemspark.internal.jobs.SeparateJob;
import io.stemspark.internal.journal.RunTotals;
import io.stemspark.internal.lease.Lease;
import io.stemspark.internal.lease.LeaseRequest;
import io.stemspark.internal.plan.Selection;
import io.stemspark.run.RunListener;
import io.stemspark.run.RunListener.Progress;
import io.stemspark.run.RunStopped;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkEnv;
import org.apache.spark.api.java.JavaFutureAction;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.BlockId;
import org.apache.spark.storage.BlockManager;
import org.apache.spark.storage.BlockResult;
import org.apache.spark.util.SerializableConfiguration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import scala.Option;
import scala.collection.Iterator;
import scala.jdk.javaapi.CollectionConverters;

/** Jobs within a longer-lived application: they leave it, and what else it does, as it was. */
@Tag("integration")
class EmbeddingTest {
  private static final CountDownLatch OTHERS = new CountDownLatch(1);

  @TempDir static Path folder;
  private static SparkSession spark;
  private Path music;

  @BeforeAll
  static void start() {
    spark = TestSpark.local();
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  @BeforeEach
  void prepare() throws IOException {
    music = Files.createTempDirectory(folder, "music");
    for (String name : List.of("a", "b")) {
      Files.copy(Demo.FOLDER.resolve("test/es-echo-mp3/mixture.mp3"), music.resolve(name + ".mp3"));
    }
  }

  private SeparateJob job() throws IOException {
    Path bundle = TestBundle.write(folder.resolve("model.bundle"));
    JobSettings settings = JobSettings.load(List.of(), List.of());
    return SeparateJob.create(
        new SeparateJob.Request(music.toString(), Optional.of(music + "-stems"), bundle.toString()),
        settings,
        hadoop());
  }

  private static Configuration hadoop() {
    return spark.sparkContext().hadoopConfiguration();
  }

  private RunTotals run(long maxFailures, RunListener listener) throws IOException {
    SeparateJob job = job();
    try (Lease lease = job.lease(LeaseRequest.STANDARD, hadoop())) {
      return job.run(Runs.context(spark), lease, Selection.ALL, maxFailures, listener);
    }
  }

  @Test
  void otherJobsGoOnWhenARunIsStopped() throws Exception {
    for (int i = 0; i < 2000; i++) {
      Files.writeString(music.resolve("broken " + i + ".mp3"), "no audio");
    }
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    JavaFutureAction<Long> other =
        context
            .parallelize(List.of(1), 1)
            .map(
                one -> {
                  // A task of this process.
                  OTHERS.await();
                  return one;
                })
            .countAsync();
    assertThatThrownBy(() -> run(1, RunListener.NONE))
        .isInstanceOf(RunStopped.class)
        .as("stopped before its end")
        .hasCauseInstanceOf(Exception.class);
    OTHERS.countDown();
    assertThat(other.get()).isEqualTo(1);
  }

  @Test
  void aListenerThatFailsStopsNothing() throws IOException {
    Set<String> calls = ConcurrentHashMap.newKeySet();
    RunListener failing =
        new RunListener() {
          @Override
          public void planned(long tracks, long bytes) {
            fail("planned");
          }

          @Override
          public void progressed(Progress progress) {
            fail("progressed");
          }

          @Override
          public void reported(String page) {
            fail("reported");
          }

          private void fail(String call) {
            calls.add(call);
            throw new IllegalStateException("a listener's own fault");
          }
        };
    assertThat(run(Long.MAX_VALUE, failing).done()).isEqualTo(2);
    assertThat(calls).contains("planned", "reported");
  }

  @Test
  void anActionWritesACorpusToTrainOn() throws IOException {
    Path corpus = folder.resolve("corpus");
    RunSummary summary =
        Stemspark.on(spark)
            .separate(music.toString())
            .withModel(TestBundle.write(folder.resolve("teacher.bundle")).toString())
            .to(corpus.toString())
            .asCorpus()
            .execute();
    assertThat(summary.done()).isEqualTo(2);
    for (String file : List.of("vocals.wav", "accompaniment.wav", "mixture.wav")) {
      assertThat(corpus.resolve("train/a").resolve(file)).isNotEmptyFile();
      assertThat(corpus.resolve("train/b").resolve(file)).isNotEmptyFile();
    }
  }

  @Test
  void nothingIsLeftInTheMemoryOfExecutors() throws Exception {
    run(Long.MAX_VALUE, RunListener.NONE);
    Files.writeString(music.resolve("broken.mp3"), "no audio");
    assertThatThrownBy(() -> run(0, RunListener.NONE)).isInstanceOf(RunStopped.class);
    assertThat(spark.sparkContext().getPersistentRDDs().isEmpty()).isTrue();
    // Threads of Spark's own delete them.
    for (int i = 0; i < 100 && !ours().isEmpty(); i++) {
      TimeUnit.MILLISECONDS.sleep(100);
    }
    assertThat(ours()).isEmpty();
  }

  /** The models and Hadoop settings that are there. All other broadcasts are Spark's own. */
  private static List<String> ours() {
    BlockManager blocks = SparkEnv.get().blockManager();
    List<String> names = new ArrayList<>();
    for (BlockId block :
        CollectionConverters.asJava(blocks.getMatchingBlockIds(EmbeddingTest::isWhole))) {
      Option<BlockResult> found = blocks.getLocalValues(block);
      if (found.isDefined()) {
        Iterator<Object> values = found.get().data();
        while (values.hasNext()) {
          Object value = values.next();
          if (value instanceof ModelBundle || value instanceof SerializableConfiguration) {
            names.add(block.name());
          }
        }
      }
    }
    return names;
  }

  private static boolean isWhole(BlockId block) {
    return block.isBroadcast() && !block.name().contains("piece");
  }
}
