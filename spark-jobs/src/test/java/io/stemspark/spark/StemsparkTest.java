package io.stemspark.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;

class StemsparkTest {
  private static final String PLUGINS = "spark.plugins";
  private static final String OPTIONS = "spark.executor.extraJavaOptions";

  private static SparkConf conf() {
    return new SparkConf(false);
  }

  @Test
  void aPreparedSessionGivesExecutorsWhatTheyNeed() {
    SparkConf conf = Stemspark.prepare(conf().set("spark.executorEnv.OMP_NUM_THREADS", "7"));
    assertThat(conf.get(PLUGINS)).endsWith(".GpuPlugin");
    assertThat(conf.get(OPTIONS)).contains("--add-opens=java.base/java.nio=ALL-UNNAMED");
    assertThat(conf.get("spark.executorEnv.OMP_NUM_THREADS"))
        .as("what is set stays")
        .isEqualTo("7");
    assertThat(conf.contains("spark.kryo.registrator")).isFalse();
    assertThat(conf.contains("spark.master")).isFalse();
  }

  @Test
  void whatTheSessionHasStays() {
    SparkConf mine = conf().set(PLUGINS, "mine.Plugin").set(OPTIONS, "-Xss2m");
    SparkConf twice = Stemspark.prepare(Stemspark.prepare(mine));
    assertThat(twice.get(PLUGINS)).endsWith(".GpuPlugin,mine.Plugin").containsOnlyOnce("GpuPlugin");
    assertThat(twice.get(OPTIONS)).endsWith("-Xss2m").containsOnlyOnce("java.nio=");
  }

  @Test
  void aSessionForTrainingsPassesWeightsWithKryo() {
    SparkConf conf = Stemspark.prepareTraining(conf());
    assertThat(conf.get("spark.serializer")).endsWith(".KryoSerializer");
    assertThat(conf.get("spark.kryo.registrator")).endsWith(".ArraySerialization");
    assertThat(conf.get(PLUGINS)).endsWith(".GpuPlugin");
  }

  @Test
  void numbersOfTracksThatCannotBeAreRefused() {
    SeparateAction action = Stemspark.on(null).separate("music");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> action.maxFailures(-1))
        .withMessage("The limit is -1 failed tracks. Expected 0 or more.");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> action.limit(0))
        .withMessage("The limit is 0 tracks. Expected 1 or more.");
    assertThat(action.maxFailures(0).limit(1)).isSameAs(action);
  }
}
