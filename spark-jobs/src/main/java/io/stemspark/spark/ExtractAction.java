package io.stemspark.spark;

import io.stemspark.internal.config.JobSettings;
import io.stemspark.internal.jobs.CatalogueJob;
import io.stemspark.internal.jobs.ExtractJob;
import io.stemspark.run.InputException;
import org.apache.hadoop.conf.Configuration;

/**
 * Turns a corpus into a feature dataset: STFT patches as rows of Parquet files.
 *
 * <pre>{@code
 * Stemspark.on(spark).extract("hdfs:///musdb18").to("hdfs:///features").execute();
 * }</pre>
 *
 * <p>Not thread-safe; nothing has to be closed.
 */
public final class ExtractAction extends CatalogueAction<ExtractAction> {
  private final String corpus;
  private String output;

  ExtractAction(Stemspark stemspark, String corpus) {
    super(stemspark);
    this.corpus = corpus;
  }

  /** The dataset's folder: new, empty, or a dataset of the same settings. */
  public ExtractAction to(String folder) {
    output = folder;
    return this;
  }

  @Override
  CatalogueJob<?> job(JobSettings settings, Configuration configuration) {
    if (output == null) {
      throw new InputException("An extraction needs an output folder (to).");
    }
    return ExtractJob.create(corpus, output, settings, configuration);
  }
}
