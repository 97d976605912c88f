package io.stemspark.cli;

import io.stemspark.internal.config.JobSettings;
import io.stemspark.internal.jobs.EvaluateJob;
import io.stemspark.internal.jobs.EvaluateJob.Subject;
import io.stemspark.settings.SettingException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "evaluate",
    description = {
      "Score stems against references: BSS Eval v4 (SDR, ISR, SIR, SAR as museval has them), and SDR"
          + " and SI-SDR of whole tracks.",
      "With --model, a bundle's stems are scored as they are made, and not kept."
    },
    mixinStandardHelpOptions = true,
    versionProvider = Versions.class,
    customSynopsis = {
      "stemspark evaluate [OPTIONS] STEMS REFERENCES REPORT",
      "       stemspark evaluate [OPTIONS] --model BUNDLE REFERENCES REPORT"
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  stemspark evaluate out demo report",
      "  stemspark evaluate --model my.bundle s3a://music/musdb18/test report --against old-report"
    })
final class EvaluateCommand extends CatalogueCommand<EvaluateJob> {
  private static final int WITH_STEMS = 3;
  private static final int WITH_MODEL = 2;

  @Parameters(
      arity = "2..3",
      paramLabel = "STEMS REFERENCES REPORT",
      hideParamSyntax = true,
      description = {
        "STEMS: a folder that `separate` wrote in its own layout, or any corpus of vocals and accompaniment whose"
            + " tracks have the same paths as their references.",
        "REFERENCES: a corpus whose tracks have their stems, in MUSDB18's layout for example.",
        "REPORT: the folder for index.html, scores.json, scores.csv, each track's scores in"
            + " museval's format, and clips of the best and worst."
      })
  private List<String> folders = new ArrayList<>();

  @Option(
      names = "--model",
      paramLabel = "BUNDLE",
      description = "Score what this model bundle makes of the references' mixtures.")
  private Optional<String> model = Optional.empty();

  @Option(
      names = "--no-baselines",
      description =
          "Leave out the mixture (the floor) and the ideal masks (the ceiling): scoring takes a third of the time.")
  private boolean withoutBaselines;

  @Option(
      names = "--against",
      paramLabel = "REPORT",
      description = "Show another evaluation's scores beside these; may be given more than once.")
  private List<String> others = new ArrayList<>();

  EvaluateCommand() {
    super("evaluating", "evaluated");
  }

  @Override
  String input() {
    if (folders.size() != expected()) {
      throw new SettingException(
          model.isPresent()
              ? "evaluate --model needs REFERENCES and REPORT and nothing else: the model makes the"
                  + " stems."
              : "evaluate needs STEMS, REFERENCES and REPORT, or --model BUNDLE, REFERENCES and"
                  + " REPORT.");
    }
    return folders.get(0);
  }

  private int expected() {
    return model.isPresent() ? WITH_MODEL : WITH_STEMS;
  }

  @Override
  EvaluateJob job(JobSettings settings, Configuration hadoop) {
    Subject subject =
        model.isPresent() ? new Subject.Model(model.get()) : new Subject.Stems(folders.get(0));
    return EvaluateJob.create(
        new EvaluateJob.Request(
            folders.get(expected() - 2),
            subject,
            folders.get(expected() - 1),
            !withoutBaselines,
            others),
        settings,
        hadoop);
  }

  @Override
  void showResults(EvaluateJob job, Configuration hadoop) throws IOException {
    out().println(job.scores(hadoop).describe());
  }
}
