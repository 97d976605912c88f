package io.stemspark.internal.jobs;

import io.stemspark.internal.dataset.DatasetContent;
import io.stemspark.internal.dataset.DatasetFiles;
import io.stemspark.internal.dataset.DatasetManifest;
import io.stemspark.internal.features.ExtractionContract;
import io.stemspark.internal.journal.RunJournal;
import io.stemspark.internal.journal.Version;
import io.stemspark.internal.json.StrictJson;
import io.stemspark.internal.lease.Fence;
import io.stemspark.internal.pipeline.RunCommitter;
import io.stemspark.internal.pipeline.SparkFailures;
import io.stemspark.internal.plan.RunPlan;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Ends an extraction: what its tasks have stored out of sight becomes part of the dataset, and
 * replaces what is out of date. The manifest, which names the files, is replaced in one step. Until
 * then, readers that use it see the dataset as it was. If a run is killed in between, the next run
 * goes on with its commit.
 */
record DatasetCommit(
    JavaSparkContext context,
    Broadcast<SerializableConfiguration> hadoop,
    Fence fence,
    ExtractionContract task) {
  /**
   * Commits.
   *
   * @param open the open parts of the journal, of this run and of killed runs before it
   * @param plan of the run
   * @param remark takes what became of tracks that sound alike, in a sentence
   */
  void commit(RunCommitter open, RunPlan plan, Consumer<String> remark) throws IOException {
    String dataset = task.output();
    Configuration configuration = context.hadoopConfiguration();
    List<String> removed = plan.removed();
    // A commit that was broken off had gathered the rows that tell which files to look into.
    boolean wasPending = DatasetFiles.isPending(dataset, configuration);
    boolean nothingNew =
        open.isEmpty()
            && plan.summary().damages().isEmpty()
            && removed.isEmpty()
            && hasFiles(dataset, configuration)
            && !wasPending;
    if (nothingNew) {
      return;
    }
    fence.requireHeld(configuration);
    DatasetFiles.begin(dataset, configuration);
    DatasetRewrite rewrite = new DatasetRewrite(context, hadoop, fence);
    Set<String> stored = open.doubtfulFiles();
    // This comes first, because files that are rewritten may be among those that it publishes.
    open.publish();
    if (!removed.isEmpty()) {
      rewrite.markRemoved(context.parallelize(removed));
    }
    if (!task.config().keepsDoubles()) {
      rewrite.markDoubles().ifPresent(remark);
    }
    rewrite.rewrite(
        new DatasetRewrite.Doubt(
            wasPending || RunJournal.wasDamaged(dataset, configuration), stored));
    // These rows are kept apart from those of this run's own tracks, which its report covers.
    Fence changes = new Fence(dataset, fence.run() + "-changes", fence.number());
    new RunCommitter(
            context, hadoop, changes, RunCommitter.open(dataset, context.hadoopConfiguration()))
        .publish();
    Set<String> files = new TreeSet<>(rewrite.files());
    DatasetContent content = content(context, task, hadoop);
    fence.requireHeld(configuration);
    String list = DatasetFiles.write(dataset, fence.number(), files, configuration);
    writeManifest(content, list, configuration);
    DatasetFiles.end(dataset, files, list, () -> fence.requireHeld(configuration), configuration);
  }

  /** Whether the manifest and what it names are there; where not, the journal knows the files. */
  private static boolean hasFiles(String dataset, Configuration configuration) throws IOException {
    if (!DatasetManifest.exists(dataset, configuration)) {
      return false;
    }
    String list = DatasetManifest.read(dataset, configuration).files();
    return list.isEmpty() || DatasetFiles.isWhole(dataset, list, configuration);
  }

  /** What the dataset holds. It must hold nothing of other settings. */
  static DatasetContent content(
      JavaSparkContext context,
      ExtractionContract task,
      Broadcast<SerializableConfiguration> hadoop)
      throws IOException {
    return SparkFailures.explained(
        () ->
            DatasetContent.of(
                context, task.output(), task.settings(), task.formerSettings(), hadoop));
  }

  private void writeManifest(DatasetContent content, String list, Configuration configuration)
      throws IOException {
    DatasetManifest manifest =
        new DatasetManifest(
            DatasetManifest.FORMAT_VERSION,
            Version.stemspark(),
            task.stft(),
            task.patch(),
            content.tracks(),
            content.hash(),
            list,
            task.config().stems(),
            task.config().filters());
    byte[] json = StrictJson.MAPPER.writeValueAsBytes(manifest);
    fence.write(
        new Path(task.output(), DatasetManifest.FILE), configuration, stream -> stream.write(json));
  }
}
