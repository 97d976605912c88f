package io.stemspark.spark;

import io.stemspark.internal.config.JobSettings;
import io.stemspark.settings.SettingException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;

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
