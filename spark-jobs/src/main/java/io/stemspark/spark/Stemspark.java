package io.stemspark.spark;

import io.stemspark.internal.config.JobSettings;
import io.stemspark.internal.session.ExecutorSettings;
import io.stemspark.internal.session.TrainingConf;
import io.stemspark.settings.SettingException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import scala.Tuple2;

/**
 * Runs Stemspark's jobs on a Spark session.
 *
 * <pre>{@code
 * RunSummary summary =
 *     Stemspark.on(spark)
 *         .separate("s3a://music")
 *         .withModel("s3a://models/vocals.bundle")
 *         .to("s3a://stems")
 *         .execute();
 * }</pre>
 *
 * <p>Paths are local, or URIs of any Hadoop file system. A run does what is missing in its output,
 * and a track that fails stops no other. The session stays the caller's: a run leaves nothing in
 * it. One object serves one thread.
 */
public final class Stemspark {
  private final SparkSession spark;
  private final List<Path> files = new ArrayList<>();
  private final List<String> assignments = new ArrayList<>();

  private Stemspark(SparkSession spark) {
    this.spark = spark;
  }

  /** The jobs on a session. */
  public static Stemspark on(SparkSession spark) {
    return new Stemspark(spark);
  }

  /**
   * Adds to a session's settings, before it starts, what Stemspark's executors need: flags of their
   * JVM, environment variables, and for each executor its own GPU.
   *
   * @return the same settings
   */
  public static SparkConf prepare(SparkConf conf) {
    Map<String, String> properties = new HashMap<>();
    for (Tuple2<String, String> property : conf.getAll()) {
      properties.put(property._1(), property._2());
    }
    ExecutorSettings.add(properties);
    properties.forEach(conf::set);
    return conf;
  }

  /**
   * The same for a session that trains: weights pass between processes much faster. It sets the
   * session's serializer and Kryo registrator, whatever they were, so that all its objects pass
   * through Java's serialization.
   *
   * @return the same settings
   */
  public static SparkConf prepareTraining(SparkConf conf) {
    prepare(conf);
    TrainingConf.passWeights(conf);
    return conf;
  }

  /**
   * Reads a settings file, as {@code --conf} does; later ones win. Its block {@code spark} says
   * nothing here, for the session is there already.
   */
  public Stemspark withSettings(Path file) {
    files.add(file);
    return this;
  }

  /**
   * Sets one setting, as {@code --set} does.
   *
   * @param key for example {@code stemspark.output.container}
   * @param value for example {@code flac}, as it would stand in a settings file: what holds braces
   *     is quoted
   */
  public Stemspark with(String key, String value) {
    assignments.add(key + "=" + value);
    return this;
  }

  /**
   * Separates a corpus into stems.
   *
   * @param corpus a folder tree, an audio file or a list of tracks
   */
  public SeparateAction separate(String corpus) {
    return new SeparateAction(this, corpus);
  }

  /**
   * Turns a corpus into a feature dataset.
   *
   * @param corpus a folder tree, an audio file or a list of tracks
   */
  public ExtractAction extract(String corpus) {
    return new ExtractAction(this, corpus);
  }

  /**
   * Trains a model.
   *
   * @param dataset a feature dataset
   */
  public TrainAction train(String dataset) {
    return new TrainAction(this, dataset);
  }

  /**
   * Scores stems, or what a model makes of mixtures.
   *
   * @param references a corpus whose tracks have their stems
   */
  public EvaluateAction evaluate(String references) {
    return new EvaluateAction(this, references);
  }

  JavaSparkContext context() {
    return JavaSparkContext.fromSparkContext(spark.sparkContext());
  }

  /**
   * All settings.
   *
   * @throws SettingException when one is unknown, of the wrong type or out of range
   */
  JobSettings settings() {
    return JobSettings.load(files, assignments);
  }
}
