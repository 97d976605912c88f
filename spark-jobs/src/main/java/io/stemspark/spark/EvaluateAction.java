package io.stemspark.spark;

import io.stemspark.internal.config.JobSettings;
import io.stemspark.internal.jobs.CatalogueJob;
import io.stemspark.internal.jobs.EvaluateJob;
import io.stemspark.internal.jobs.EvaluateJob.Subject;
import io.stemspark.run.InputException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;

/**
 * Scores stems that are there, or what a model makes of the references' mixtures: BSS Eval v4, and
 * SDR and SI-SDR of whole tracks, in dB. Scores and a page are in the report's folder.
 *
 * <pre>{@code
 * Stemspark.on(spark)
 *     .evaluate("s3a://musdb18/test")
 *     .ofModel("s3a://models/vocals.bundle")
 *     .to("s3a://reports/vocals")
 *     .execute();
 * }</pre>
 *
 * <p>Not thread-safe; nothing has to be closed.
 */
public final class EvaluateAction extends CatalogueAction<EvaluateAction> {
  private final String references;
  private final List<String> others = new ArrayList<>();
  private Optional<Subject> subject = Optional.empty();
  private String report;
  private boolean baselines = true;

  EvaluateAction(Stemspark stemspark, String references) {
    super(stemspark);
    this.references = references;
  }

  /** Scores these stems: a corpus whose tracks have the references' ids. */
  public EvaluateAction ofStems(String corpus) {
    return of(new Subject.Stems(corpus));
  }

  /** Scores what this model bundle makes. */
  public EvaluateAction ofModel(String bundle) {
    return of(new Subject.Model(bundle));
  }

  private EvaluateAction of(Subject wanted) {
    if (subject.isPresent()) {
      throw new InputException("An evaluation scores one thing: stems, or what a model makes.");
    }
    subject = Optional.of(wanted);
    return this;
  }

  /** The folder that scores and page are written into. */
  public EvaluateAction to(String folder) {
    report = folder;
    return this;
  }

  /** Leaves out the mixture (the floor) and the ideal masks, which takes a third of the time. */
  public EvaluateAction withoutBaselines() {
    baselines = false;
    return this;
  }

  /** Shows the scores of another report beside these. */
  public EvaluateAction against(String otherReport) {
    others.add(otherReport);
    return this;
  }

  @Override
  CatalogueJob<?> job(JobSettings settings, Configuration configuration) {
    if (subject.isEmpty() || report == null) {
      throw new InputException(
          "An evaluation needs stems (ofStems) or a model (ofModel), and a folder for its report (to).");
    }
    return EvaluateJob.create(
        new EvaluateJob.Request(references, subject.get(), report, baselines, others),
        settings,
        configuration);
  }
}
