package io.stemspark.internal.jobs;

import io.stemspark.internal.config.JobSettings;
import io.stemspark.internal.corpus.CorpusEntries;
import io.stemspark.internal.corpus.CorpusSource;
import io.stemspark.internal.dataset.DatasetManifest;
import io.stemspark.internal.executor.TrackWorker;
import io.stemspark.internal.features.ExtractionContract;
import io.stemspark.internal.features.TrackExtractor;
import io.stemspark.internal.journal.RunTotals;
import io.stemspark.internal.pipeline.Inputs;
import io.stemspark.internal.pipeline.TrackPipeline;
import io.stemspark.patch.PatchConfig;
import io.stemspark.run.InputException;
import io.stemspark.spectrogram.StftConfig;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;

/** Turns a corpus into a feature dataset. */
public final class ExtractJob extends CatalogueJob<ExtractionContract> {
  private final ExtractionContract task;

  private ExtractJob(CorpusSource corpus, ExtractionContract task) {
    super("extract", corpus, task.output());
    this.task = task;
  }

  /**
   * Checks everything that can be checked without Spark.
   *
   * @param input a folder tree, an audio file or a list of tracks
   * @param output a folder that is new or empty, or holds a dataset of the same settings
   * @throws InputException when something that is named cannot be used
   */
  public static ExtractJob create(
      String input, String output, JobSettings settings, Configuration configuration) {
    StftConfig stft = settings.stft();
    PatchConfig patch = settings.patch();
    return Inputs.check(
        () -> {
          CorpusSource corpus = CorpusSource.open(input, settings.corpus(), configuration);
          if (DatasetManifest.exists(output, configuration)) {
            DatasetManifest manifest = DatasetManifest.read(output, configuration);
            manifest.requireMadeWith(output, stft, patch);
            manifest.requireStems(output, settings.extraction().stems());
            manifest.requireFilters(output, settings.extraction().filters());
          } else {
            Inputs.requireNothingElse(
                output, name -> name.startsWith("split="), "the dataset", configuration);
          }
          String folder = Inputs.outputFolder(output, configuration);
          return new ExtractJob(
              corpus,
              new ExtractionContract(
                  settings.decoding(), stft, patch, settings.extraction(), folder));
        });
  }

  /**
   * Extracts every track that is not in the dataset yet. The rows appear together at the end, and
   * the dataset's manifest last.
   */
  @Override
  RunTotals run(Run<ExtractionContract> run) throws IOException {
    Site site = run.site();
    TrackPipeline pipeline = run.pipeline();
    ExtractionContract shared = task;
    TrackWorker.Factory extractors =
        (attempt, journal, configuration) ->
            new TrackExtractor(shared, attempt, journal, configuration);
    DatasetCommit commit =
        new DatasetCommit(site.context(), site.hadoop(), run.lease().fence(), task);
    List<String> remarks = new ArrayList<>();
    RunTotals totals =
        pipeline.run(
            entries(site),
            extractors,
            run.maxFailures(),
            plan -> commit.commit(pipeline.openParts(), plan, remarks::add));
    remarks.forEach(totals::remark);
    pipeline.report(totals, name(), corpus().location(), task.decoding(), false);
    return totals;
  }

  @Override
  CorpusEntries entries(Site site) {
    return site.entries(corpus()).in(task.config().splits());
  }

  /** A dataset holds rows of one kind of settings. */
  @Override
  ExtractionContract task(Site site) throws IOException {
    // A manifest says so; without one, as when the first run was killed, the journal does.
    if (!DatasetManifest.exists(output(), site.configuration())) {
      DatasetCommit.content(site.context(), task, site.hadoop());
    }
    return task;
  }
}
