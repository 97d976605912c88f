package io.stemspark.jobs;

import io.stemspark.audio.DecodingConfig;
import io.stemspark.bundle.ModelBundle;
import io.stemspark.jobs.corpus.Corpus;
import io.stemspark.jobs.corpus.Track;
import io.stemspark.jobs.ledger.Summary;
import io.stemspark.jobs.steps.SeparateTracks;
import io.stemspark.separation.OnnxMaskEstimator;
import io.stemspark.separation.SeparationConfig;
import io.stemspark.separation.Separator;
import java.io.IOException;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;

/** Separates a corpus: reads mixtures, writes vocals and accompaniment. */
public final class SeparateJob {
  private final List<Track> tracks;
  private final String output;
  private final ModelBundle bundle;
  private final DecodingConfig decoding;
  private final SeparationConfig config;

  private SeparateJob(
      List<Track> tracks,
      String output,
      ModelBundle bundle,
      DecodingConfig decoding,
      SeparationConfig config) {
    this.tracks = tracks;
    this.output = output;
    this.bundle = bundle;
    this.decoding = decoding;
    this.config = config;
  }

  /**
   * Checks everything that can be checked before Spark starts.
   *
   * @param input a folder tree or an audio file
   * @param output the folder to write {@code track/stem.ext} below
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
          requireUsable(bundle, config);
          List<Track> tracks = Corpus.list(input, configuration);
          if (tracks.stream().noneMatch(Track::hasMixture)) {
            throw new IOException(input + ": only stems, no mixture to separate");
          }
          String folder = Inputs.writableFolder(output, configuration);
          return new SeparateJob(tracks, folder, bundle, decoding, config);
        });
  }

  private static void requireUsable(ModelBundle bundle, SeparationConfig config) {
    Separator.requireOverlap(bundle.manifest().patch(), config.overlapFrames());
    try (OnnxMaskEstimator estimator =
        new OnnxMaskEstimator(bundle.onnx(), bundle.manifest().patch(), 1)) {
      estimator.estimate(new float[bundle.manifest().patch().size()], 1);
    }
  }

  public int tracks() {
    return tracks.size();
  }

  /** Separates every track; one that fails stops no other. */
  public Summary run(SparkSession spark) {
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    SeparateTracks step =
        new SeparateTracks(
            context.broadcast(bundle.onnx()),
            bundle.manifest().stft(),
            bundle.manifest().patch(),
            decoding,
            config,
            HadoopBroadcast.of(context),
            output);
    return context
        .parallelize(tracks, Partitions.count(context, tracks.size()))
        .mapPartitions(step)
        .fold(new Summary(), Summary::merge);
  }
}
