package io.stemspark.spark;

import io.stemspark.internal.config.JobSettings;
import io.stemspark.internal.jobs.CatalogueJob;
import io.stemspark.internal.jobs.SeparateJob;
import io.stemspark.run.InputException;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;

/**
 * Separates a corpus into vocals and accompaniment.
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
 * <p>Not thread-safe; nothing has to be closed.
 */
public final class SeparateAction extends CatalogueAction<SeparateAction> {
  private final String corpus;
  private String model;
  private String output;
  private boolean corpusWanted;

  SeparateAction(Stemspark stemspark, String corpus) {
    super(stemspark);
    this.corpus = corpus;
  }

  /** The model bundle. */
  public SeparateAction withModel(String bundle) {
    model = bundle;
    return this;
  }

  /** The folder that stems are written below, by default as {@code <track>/<stem>.wav}. */
  public SeparateAction to(String folder) {
    output = folder;
    return this;
  }

  /** Writes a corpus to train on: in splits, with the mixture beside the stems. */
  public SeparateAction asCorpus() {
    corpusWanted = true;
    return this;
  }

  @Override
  CatalogueJob<?> job(JobSettings settings, Configuration configuration) {
    if (model == null || output == null) {
      throw new InputException("A separation needs a model (withModel) and an output folder (to).");
    }
    return SeparateJob.create(
        new SeparateJob.Request(corpus, Optional.of(output), model),
        corpusWanted ? settings.asCorpus() : settings,
        configuration);
  }
}
