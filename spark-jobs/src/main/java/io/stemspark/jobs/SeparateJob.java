package io.stemspark.jobs;

import io.stemspark.audio.DecodingConfig;
import io.stemspark.bundle.ModelBundle;
import io.stemspark.jobs.corpus.Corpus;
import io.stemspark.jobs.corpus.Track;
import io.stemspark.jobs.ledger.Summary;
import io.stemspark.jobs.steps.Cards;
import io.stemspark.jobs.steps.SeparateTracks;
import io.stemspark.jobs.steps.SeparationTask;
import io.stemspark.jobs.steps.TrackSeparator;
import io.stemspark.network.Engine;
import io.stemspark.network.NetworkRuntime;
import io.stemspark.separation.SeparationConfig;
import java.io.IOException;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.DoubleConsumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;

/** Separates a corpus: reads mixtures, writes vocals and accompaniment. */
public final class SeparateJob {
  /** Not the audio file's own folder: stems in it would be taken for another track's. */
  private static final String BESIDE = "stems";

  private final List<Track> tracks;
  private final ModelBundle bundle;
  private final SeparationTask task;

  private SeparateJob(List<Track> tracks, ModelBundle bundle, SeparationTask task) {
    this.tracks = tracks;
    this.bundle = bundle;
    this.task = task;
  }

  /**
   * Checks everything that can be checked before Spark starts.
   *
   * @param input a folder tree or an audio file
   * @param output the folder to write {@code track/stem.ext} below; null for one called stems
   *     beside an audio file
   * @param model the model bundle
   * @throws InputException when one of them cannot be used
   */
  public static SeparateJob plan(
      String input,
      String output,
      String model,
      DecodingConfig decoding,
      SeparationConfig config,
      Configuration configuration) {
    return Inputs.check(
        () -> {
          ModelBundle bundle = Inputs.readBundle(model, configuration);
          requireUsable(model, bundle, config);
          List<Track> tracks = Corpus.list(input, configuration);
          if (tracks.stream().noneMatch(Track::hasMixture)) {
            throw new IOException(input + ": only stems, no mixture to separate");
          }
          String folder = output == null ? besideFile(input, configuration) : output;
          return new SeparateJob(
              tracks,
              config.engine() == Engine.DL4J ? bundle : bundle.forInference(),
              new SeparationTask(
                  decoding, config, Inputs.writableFolder(folder, configuration), 1));
        });
  }

  private static String besideFile(String input, Configuration configuration) throws IOException {
    Path path = new Path(input);
    if (!path.getFileSystem(configuration).getFileStatus(path).isFile()) {
      throw new IOException(input + " is a folder: name another one for the stems");
    }
    Path folder = path.getFileSystem(configuration).makeQualified(path).getParent();
    return new Path(folder, BESIDE).toString();
  }

  private static void requireUsable(String model, ModelBundle bundle, SeparationConfig config)
      throws IOException {
    config.requireFits(bundle.manifest().network());
    // The driver of a cluster need not have the card that its executors have.
    Engine engine = config.engine() == Engine.DL4J ? Engine.DL4J : Engine.CPU;
    Inputs.requireRuns(
        model, bundle, new NetworkRuntime(engine, config.precision(), 1, OptionalInt.empty()));
  }

  public int tracks() {
    return tracks.size();
  }

  /** Separates every track; one that fails stops no other. */
  public Summary run(SparkSession spark) {
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    SeparateTracks step =
        new SeparateTracks(
            context.broadcast(bundle),
            task.withThreads(threads(context)),
            HadoopBroadcast.of(context));
    return context
        .parallelize(tracks, Partitions.count(context, tracks.size()))
        .mapPartitions(step)
        .fold(new Summary(), Summary::merge);
  }

  /** Each task brings a thread; the others of an executor's cores are shared by its tasks. */
  private int threads(JavaSparkContext context) {
    SparkConf conf = context.getConf();
    int perTask = conf.getInt("spark.task.cpus", 1);
    int cores =
        context.isLocal()
            ? Math.min(context.defaultParallelism(), Runtime.getRuntime().availableProcessors())
            : conf.getInt("spark.executor.cores", perTask);
    int tasks = Math.max(1, Math.min(tracks.size(), cores / perTask));
    return cores - tasks + 1;
  }

  /**
   * Separates every track in this process, without Spark. The stems are the same; to the last bit
   * if the network has as many threads, for ONNX Runtime may sum in another order otherwise.
   *
   * @param cores how many to use
   * @param progress is told how many seconds of a track have been written
   */
  public Summary runHere(int cores, Configuration configuration, DoubleConsumer progress)
      throws IOException {
    Summary summary = new Summary();
    try (TrackSeparator separator =
        new TrackSeparator(bundle, task.withThreads(cores), Cards.ofThisMachine(), configuration)) {
      for (Track track : tracks) {
        summary.add(separator.separate(track, progress));
      }
    }
    return summary;
  }
}
