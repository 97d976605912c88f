package io.stemspark.spark;

import io.stemspark.bundle.ModelBundle;
import io.stemspark.internal.config.JobSettings;
import io.stemspark.internal.jobs.SeparateJob;
import io.stemspark.internal.network.StemSet;
import io.stemspark.internal.pipeline.Inputs;
import io.stemspark.internal.pipeline.TrackPipeline;
import io.stemspark.internal.rows.RowColumns;
import io.stemspark.internal.rows.SeparateRows;
import io.stemspark.internal.stems.SeparationContract;
import io.stemspark.internal.text.SafeText;
import io.stemspark.run.InputException;
import io.stemspark.separation.OutputConfig.StemSelection;
import io.stemspark.separation.SeparationConfig;
import io.stemspark.settings.Section;
import io.stemspark.settings.SettingException;
import java.util.Arrays;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.param.StringArrayParam;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.DefaultParamsWritable;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Separates the tracks of a data frame, a stage for Spark ML's pipelines.
 *
 * <pre>{@code
 * Dataset<Row> results =
 *     new VocalSeparator()
 *         .setModel("s3a://models/vocals.bundle")
 *         .setInputCol("uri")
 *         .setOutputPath("s3a://stems")
 *         .transform(tracks);
 * }</pre>
 *
 * <p>The input column holds URIs, or the bytes of files. These columns are appended:
 *
 * <ul>
 *   <li>{@code vocals}, {@code accompaniment}: URIs of the stems
 *   <li>{@code seconds}: duration of the track
 *   <li>{@code sdr}: SDR of the vocals over the whole track, in dB, where a reference is known
 *   <li>{@code failure}: why a track failed, else null; a track that fails stops no other; where
 *       storage fails, so does the task, which Spark tries again, up to its last attempt
 * </ul>
 *
 * <p>Rows may name what lists may ({@code stemspark.corpus.schemes}). Rows that share an id fail,
 * except in a stream, where they are not known: there the last one wins. To find them, all that the
 * ids come from is computed once more, and within {@code spark.sql.broadcastTimeout}: cache it if
 * that takes long.
 *
 * <p>Stems appear whole, at places that follow from the row alone: a row that Spark computes twice
 * writes the same files again. Cache the result before you use it twice. Unlike {@link
 * Stemspark#separate}, no journal is kept, and nothing keeps two programs from writing to one
 * folder.
 *
 * <p>Spark ML saves and loads it like its own stages. Not thread-safe while it is being set up.
 */
public final class VocalSeparator extends Transformer implements DefaultParamsWritable {
  private static final long serialVersionUID = 1;

  /** Columns that are there while it works. */
  private static final String ID = "_stemspark_id";

  private static final String COUNT = "_stemspark_rows";
  private static final List<String> TEXTS = List.of("vocals", "accompaniment", "failure");

  private final String uid;
  private final Param<String> model;
  private final Param<String> inputCol;
  private final Param<String> idCol;
  private final Param<String> referenceCol;
  private final Param<String> outputPath;
  private final StringArrayParam settings;

  /** A separator with a name that no other stage has. */
  public VocalSeparator() {
    this(Identifiable$.MODULE$.randomUID("vocalSeparator"));
  }

  /** For Spark ML's reader. */
  public VocalSeparator(String uid) {
    this.uid = uid;
    model = new Param<>(this, "model", "URI of the model bundle");
    inputCol = new Param<>(this, "inputCol", "column of URIs, or of the bytes of files");
    idCol = new Param<>(this, "idCol", "column that names results; by default names are made");
    referenceCol = new Param<>(this, "referenceCol", "column of URIs of the true vocals");
    outputPath = new Param<>(this, "outputPath", "folder that stems are written below");
    settings = new StringArrayParam(this, "settings", "settings, key=value, as --set has them");
    setDefault(inputCol, "uri");
    setDefault(settings, new String[0]);
  }

  @Override
  public String uid() {
    return uid;
  }

  /** The parameter of {@link #setModel}. */
  public Param<String> model() {
    return model;
  }

  /** The parameter of {@link #setInputCol}. */
  public Param<String> inputCol() {
    return inputCol;
  }

  /** The parameter of {@link #setIdCol}. */
  public Param<String> idCol() {
    return idCol;
  }

  /** The parameter of {@link #setReferenceCol}. */
  public Param<String> referenceCol() {
    return referenceCol;
  }

  /** The parameter of {@link #setOutputPath}. */
  public Param<String> outputPath() {
    return outputPath;
  }

  /** The parameter of {@link #setSettings}. */
  public StringArrayParam settings() {
    return settings;
  }

  /** The model bundle. */
  public VocalSeparator setModel(String uri) {
    set(model, uri);
    return this;
  }

  /** The column of URIs, or of the bytes of files; by default {@code uri}. */
  public VocalSeparator setInputCol(String column) {
    set(inputCol, column);
    return this;
  }

  /**
   * The column that names results: stems lie at {@code <id>/<stem>.wav}. By default the name is
   * that of the file and a hash of its URI, or a hash of the bytes.
   */
  public VocalSeparator setIdCol(String column) {
    set(idCol, column);
    return this;
  }

  /** The column of URIs of the true vocals, to score against; null where they are not known. */
  public VocalSeparator setReferenceCol(String column) {
    set(referenceCol, column);
    return this;
  }

  /** The folder that stems are written below. */
  public VocalSeparator setOutputPath(String folder) {
    set(outputPath, folder);
    return this;
  }

  /**
   * Settings, as {@code --set} has them, for example {@code stemspark.output.container=flac}.
   *
   * @throws SettingException when one is unknown, of the wrong type or out of range
   */
  public VocalSeparator setSettings(String... assignments) {
    JobSettings.load(List.of(), List.of(assignments));
    set(settings, assignments);
    return this;
  }

  /**
   * Separates the tracks when the result is used.
   *
   * @throws InputException when the model cannot be used, or the folder cannot be written to
   */
  @Override
  public Dataset<Row> transform(Dataset<?> tracks) {
    StructType schema = transformSchema(tracks.schema());
    JavaSparkContext context =
        JavaSparkContext.fromSparkContext(tracks.sparkSession().sparkContext());
    Configuration hadoop = context.hadoopConfiguration();
    JobSettings all = JobSettings.load(List.of(), Arrays.asList(getOrDefault(settings)));
    if (all.paths().hasTags()) {
      throw new InputException(
          "stemspark.output.path is %s, but rows are called by their ids. Expected a path without tags."
              .formatted(SafeText.quoted(all.paths().text())));
    }
    String bundle = required(model, "setModel");
    String folder = required(outputPath, "setOutputPath");
    ModelBundle read = SeparateJob.readUsable(bundle, all.separation(), hadoop);
    SeparateJob.requireVocals(bundle, read);
    String output = Inputs.check(() -> Inputs.writableFolder(folder, hadoop));
    SeparationContract task =
        new SeparationContract(
            all.decoding(),
            ofVocals(all.separation()).of(read.manifest().stems()),
            output,
            all.paths(),
            read.hash(),
            coresPerTask(context));
    SeparateRows rows =
        new SeparateRows(
            task,
            columns(tracks.schema()),
            all.corpus(),
            TrackPipeline.attempts(context),
            context.broadcast(read),
            context.broadcast(new SerializableConfiguration(hadoop)));
    return counted(tracks.toDF()).mapPartitions(rows, Encoders.row(schema));
  }

  /** Appends how many rows an id has, where it has several: they would write the same files. */
  private Dataset<Row> counted(Dataset<Row> tracks) {
    if (!isDefined(idCol) || tracks.isStreaming()) {
      return tracks.withColumn(COUNT, functions.lit(null).cast(DataTypes.LongType));
    }
    String name = "`" + getOrDefault(idCol).replace("`", "``") + "`";
    Column id = tracks.col(name).cast(DataTypes.StringType);
    Dataset<Row> repeated =
        tracks
            .select(id.as(ID))
            .groupBy(ID)
            .agg(functions.count(functions.lit(1)).as(COUNT))
            .filter(functions.col(COUNT).gt(1));
    // Broadcast, for there are few, and the tracks may hold audio.
    return tracks
        .join(functions.broadcast(repeated), id.equalTo(repeated.col(ID)), "left")
        .drop(repeated.col(ID));
  }

  /** The stems that there are columns for, unless the settings name some. */
  private static SeparationConfig ofVocals(SeparationConfig asked) {
    if (asked.output().encoding().container().holdsAllStems()) {
      throw new InputException(
          "stemspark.output.container is %s, but each stem has a column of its own. Expected a container that holds one stem."
              .formatted(Section.word(asked.output().encoding().container())));
    }
    if (asked.output().sidecar()) {
      throw new InputException(
          "stemspark.output.sidecar is true, but rows have no such file. Expected false.");
    }
    StemSelection stems = new StemSelection(StemSet.VOICE.stems(), false);
    return asked.output().stems().equals(StemSelection.ALL)
        ? asked.withOutput(asked.output().with(stems))
        : asked;
  }

  private static int coresPerTask(JavaSparkContext context) {
    return context.getConf().getInt("spark.task.cpus", 1);
  }

  private String required(Param<String> param, String setter) {
    if (!isDefined(param)) {
      throw new InputException(
          "A VocalSeparator needs its %s: call %s.".formatted(param.name(), setter));
    }
    return getOrDefault(param);
  }

  private RowColumns columns(StructType schema) {
    return new RowColumns(
        schema.fieldIndex(getOrDefault(inputCol)),
        index(schema, idCol),
        index(schema, referenceCol),
        schema.size());
  }

  private Integer index(StructType schema, Param<String> column) {
    return isDefined(column) ? schema.fieldIndex(getOrDefault(column)) : null;
  }

  @Override
  public StructType transformSchema(StructType schema) {
    requireType(schema, getOrDefault(inputCol), DataTypes.StringType, DataTypes.BinaryType);
    if (isDefined(referenceCol)) {
      requireType(schema, getOrDefault(referenceCol), DataTypes.StringType);
    }
    if (isDefined(idCol)) {
      schema.fieldIndex(getOrDefault(idCol));
    }
    StructType result = schema;
    for (String name : List.of("vocals", "accompaniment", "seconds", "sdr", "failure")) {
      if (Arrays.asList(schema.fieldNames()).contains(name)) {
        throw new InputException(
            "The column %s is there already. Rename it: a VocalSeparator adds one of that name."
                .formatted(name));
      }
      boolean text = TEXTS.contains(name);
      result = result.add(name, text ? DataTypes.StringType : DataTypes.DoubleType, true);
    }
    return result;
  }

  private static void requireType(StructType schema, String column, DataType... types) {
    if (!Arrays.asList(schema.fieldNames()).contains(column)) {
      throw new InputException(
          "There is no column %s, only %s."
              .formatted(column, Arrays.toString(schema.fieldNames())));
    }
    DataType type = schema.apply(column).dataType();
    if (!Arrays.asList(types).contains(type)) {
      throw new InputException(
          "The column %s is of type %s. Expected: %s."
              .formatted(column, type.simpleString(), Arrays.toString(types)));
    }
  }

  @Override
  public VocalSeparator copy(ParamMap extra) {
    return defaultCopy(extra);
  }

  /** Reads separators that {@code save} has written. */
  public static MLReader<VocalSeparator> read() {
    return new DefaultParamsReader<>();
  }

  /** Reads a separator. */
  public static VocalSeparator load(String path) {
    return read().load(path);
  }
}
