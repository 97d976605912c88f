package io.stemspark.internal.dataset;

import static org.apache.spark.sql.functions.col;

import io.stemspark.internal.dataset.PatchReference.Channel;
import io.stemspark.internal.storage.Locations;
import io.stemspark.internal.training.StemPatch;
import io.stemspark.internal.training.TrainingSource;
import io.stemspark.network.Stem;
import io.stemspark.patch.PatchConfig;
import io.stemspark.training.TrainingConfig;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.classic.SparkSession;

/**
 * The patches of a feature dataset, as training sees them. The driver holds a reference to each
 * patch of the training split, and no patch itself.
 */
public final class FeatureDataset implements TrainingSource<FeatureBatch> {
  /** The split that training scores networks on. */
  public static final String VALIDATION = "valid";

  /** The split that networks are fitted to. */
  public static final String TRAINING = "train";

  private static final Comparator<PatchReference> BY_CHANNEL =
      Comparator.comparing(PatchReference::trackId)
          .thenComparing(patch -> patch.channels().get(0).number());

  private final List<PatchReference> training;
  private final List<PatchReference> validation;
  private final List<Stem> stems;
  private final PatchConfig patch;
  private final int batchSize;
  private final int batchesPerEpoch;
  private final Configuration configuration;

  private FeatureDataset(
      List<PatchReference> training,
      List<PatchReference> validation,
      List<Stem> stems,
      PatchConfig patch,
      TrainingConfig config,
      Configuration configuration) {
    this.training = training;
    this.validation = validation;
    this.stems = stems;
    this.patch = patch;
    this.batchSize = config.batchSize();
    int patches = config.patchesPerEpoch();
    int drawn = patches == 0 ? training.size() : Math.min(patches, training.size());
    this.batchesPerEpoch = Math.max(1, drawn / batchSize);
    this.configuration = configuration;
  }

  /**
   * Indexes a dataset.
   *
   * @param manifest as it was when the dataset was checked
   * @param channels audio channels of a patch, 1 or 2; of two, a channel without a partner is
   *     paired with itself
   * @throws IOException when it has no training split
   */
  public static FeatureDataset open(
      JavaSparkContext context,
      String dataset,
      DatasetManifest manifest,
      PatchConfig patch,
      int channels,
      TrainingConfig config)
      throws IOException {
    Dataset<Row> rows = rows(context, dataset, manifest.files());
    List<PatchReference> training = references(rows, TRAINING, channels);
    if (training.isEmpty()) {
      throw new IOException(dataset + " has no patches with known stems in the split 'train'.");
    }
    return new FeatureDataset(
        training,
        references(rows, VALIDATION, channels),
        manifest.stemsFrom(config.stems()),
        patch,
        config,
        context.hadoopConfiguration());
  }

  private static Dataset<Row> rows(JavaSparkContext context, String dataset, String list)
      throws IOException {
    Configuration configuration = context.hadoopConfiguration();
    // Of this context: without it, Spark warns that there is one already.
    SparkSession spark = SparkSession.builder().sparkContext(context.sc()).getOrCreate();
    Path path = Locations.of(dataset);
    // A full URI: Spark takes what is before a colon for a scheme.
    String folder = path.getFileSystem(configuration).makeQualified(path).toString();
    if (list.isEmpty()) {
      return spark.read().parquet(literal(folder));
    }
    String[] files =
        files(folder, list, configuration).stream()
            .map(file -> literal(folder + "/" + file))
            .toArray(String[]::new);
    if (files.length == 0) {
      throw new IOException(dataset + " has no rows. Extract tracks that have audio.");
    }
    return spark.read().option("basePath", folder).parquet(files);
  }

  private static List<String> files(String dataset, String list, Configuration configuration)
      throws IOException {
    try {
      return DatasetFiles.read(dataset, list, configuration);
    } catch (FileNotFoundException e) {
      throw new IOException(
          "%s has no %s, which its manifest names. If an extract has just changed the dataset, start again; else extract it again."
              .formatted(dataset, list),
          e);
    }
  }

  /** Spark takes a path for a pattern; brackets in a name are only brackets here. */
  private static String literal(String path) {
    return path.replaceAll("[\\[\\]{}*?\\\\]", "\\\\$0");
  }

  private static List<PatchReference> references(Dataset<Row> rows, String split, int channels) {
    List<PatchReference> references = new ArrayList<>();
    // A file and a track have thousands of patches.
    Map<String, String> names = new HashMap<>();
    Map<Channel, List<Channel>> files = new HashMap<>();
    rows.where(col("split").equalTo(split).and(col(FeatureSchema.HAS_STEMS)))
        .select(
            col("_metadata.file_path"),
            col(FeatureSchema.TRACK_ID),
            col(FeatureSchema.CHANNEL),
            col(FeatureSchema.FIRST_FRAME))
        .toLocalIterator()
        .forEachRemaining(
            row ->
                references.add(
                    new PatchReference(
                        names.computeIfAbsent(row.getString(1), Function.identity()),
                        files.computeIfAbsent(
                            new Channel(row.getString(0), row.getInt(2)), List::of),
                        row.getInt(3))));
    if (channels == 2) {
      return pairs(references);
    }
    references.sort(BY_CHANNEL.thenComparing(PatchReference::firstFrame));
    return references;
  }

  /**
   * The patches of two channels each, from the first on; a last one without a partner counts twice.
   */
  static List<PatchReference> pairs(List<PatchReference> references) {
    references.sort(
        Comparator.comparing(PatchReference::trackId)
            .thenComparing(PatchReference::firstFrame)
            .thenComparing(BY_CHANNEL));
    Map<List<Channel>, List<Channel>> files = new HashMap<>();
    List<PatchReference> pairs = new ArrayList<>();
    for (int i = 0; i < references.size(); i++) {
      PatchReference first = references.get(i);
      Channel channel = first.channels().get(0);
      if (channel.number() % 2 == 0) {
        PatchReference next = references.get(Math.min(i + 1, references.size() - 1));
        boolean partner =
            next.trackId().equals(first.trackId())
                && next.firstFrame() == first.firstFrame()
                && next.channels().get(0).number() == channel.number() + 1;
        List<Channel> both = List.of(channel, partner ? next.channels().get(0) : channel);
        pairs.add(
            new PatchReference(
                first.trackId(), files.computeIfAbsent(both, key -> key), first.firstFrame()));
      }
    }
    pairs.sort(BY_CHANNEL.thenComparing(PatchReference::firstFrame));
    return pairs;
  }

  /** The stems of its patches, first those that are learned. */
  public List<Stem> stems() {
    return stems;
  }

  /** Patches in the training split. */
  public int size() {
    return training.size();
  }

  /** Full batches in an epoch; what is left over is drawn anew every epoch. */
  public int batchesPerEpoch() {
    return batchesPerEpoch;
  }

  @Override
  public List<FeatureBatch> batches(long seed) {
    List<PatchReference> order = new ArrayList<>(training);
    Random random = new Random(seed);
    Collections.shuffle(order, random);
    List<FeatureBatch> keys = new ArrayList<>();
    for (int b = 0; b < batchesPerEpoch; b++) {
      int end = Math.min(order.size(), (b + 1) * batchSize);
      List<PatchReference> patches = List.copyOf(order.subList(b * batchSize, end));
      keys.add(new FeatureBatch(random.nextLong(), patches));
    }
    return keys;
  }

  @Override
  public List<StemPatch> sample(int most) throws IOException {
    return read(training, most);
  }

  @Override
  public List<StemPatch> validation(int most) throws IOException {
    return read(validation, most);
  }

  /** The tracks that {@link #validation}'s patches are of. */
  public List<String> validationTracks(int most) {
    return some(validation, most).stream().map(PatchReference::trackId).toList();
  }

  private List<StemPatch> read(List<PatchReference> split, int most) throws IOException {
    return FeatureFiles.read(some(split, most), stems, patch, configuration);
  }

  /** Always the same ones. */
  private static List<PatchReference> some(List<PatchReference> split, int most) {
    List<PatchReference> order = new ArrayList<>(split);
    Collections.shuffle(order, new Random(0));
    return order.subList(0, Math.min(most, order.size()));
  }
}
