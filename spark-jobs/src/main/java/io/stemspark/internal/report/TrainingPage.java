package io.stemspark.internal.report;

import io.stemspark.internal.report.LineChart.Point;
import io.stemspark.spectrogram.Spectrogram;
import io.stemspark.training.Epoch;
import io.stemspark.training.Epoch.Validation;
import io.stemspark.training.Round;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/** A training as one page of HTML that needs nothing else. */
public final class TrainingPage {
  private TrainingPage() {}

  /**
   * A patch that the network never saw, and what it makes of it.
   *
   * @param track that it is of
   * @param mixture before
   * @param estimate of the voice: after
   * @param voice the truth
   */
  public record Example(
      String track, Spectrogram mixture, Spectrogram estimate, Spectrogram voice) {}

  /**
   * Renders the page.
   *
   * @param bundle where the bundle will lie
   * @param rounds from the first on
   * @param epochs those that have ended
   * @param examples for pictures; none while training goes on
   */
  public static String render(
      String bundle, List<Round> rounds, List<Epoch> epochs, List<Example> examples) {
    StringBuilder page = new StringBuilder(Html.head("Stemspark train " + bundle));
    page.append("<h1>Stemspark train</h1>\n");
    page.append("<p class=\"facts\">%s</p>%n".formatted(Html.escape(bundle)));
    addFigures(page, rounds, epochs);
    addScores(page, epochs);
    addRounds(page, rounds, epochs);
    addExamples(page, examples);
    addTable(page, epochs);
    return page.append("</body></html>\n").toString();
  }

  private static void addFigures(StringBuilder page, List<Round> rounds, List<Epoch> epochs) {
    if (rounds.isEmpty()) {
      return;
    }
    Round last = rounds.get(rounds.size() - 1);
    page.append("<div class=\"figures\">\n");
    figure(page, Integer.toString(last.epoch()), "epochs");
    figure(page, Integer.toString(last.steps()), "steps of each worker");
    figure(page, Integer.toString(last.workers()), "workers");
    figure(page, duration(last.seconds()), "time");
    best(epochs)
        .ifPresent(
            epoch ->
                figure(
                    page,
                    decibels(epoch.validation().orElseThrow().sdr()),
                    "best validation SDR, epoch " + epoch.number()));
    page.append("</div>\n");
    page.append("<h2>Where workers' time went, validations left out</h2><table>\n");
    share(page, "computing steps", mean(rounds, Round::computing));
    share(
        page,
        "averaging, with waiting for the slowest worker and the driver's work between rounds",
        mean(rounds, Round::averaging));
    share(page, "waiting for data", mean(rounds, Round::waiting));
    page.append("</table>\n");
  }

  private static void figure(StringBuilder page, String value, String what) {
    page.append("<div><b>%s</b>%s</div>%n".formatted(value, what));
  }

  private static void share(StringBuilder page, String what, double share) {
    page.append(
        "<tr><td>%s</td><td class=\"n\">%s %%</td></tr>%n"
            .formatted(what, String.format(Locale.ROOT, "%.1f", 100 * share)));
  }

  private static double mean(List<Round> rounds, ToDoubleFunction<Round> share) {
    double seconds = rounds.stream().mapToDouble(TrainingPage::duration).sum();
    return rounds.stream().mapToDouble(round -> share.applyAsDouble(round) * duration(round)).sum()
        / seconds;
  }

  /** Up to a factor that all rounds have in common. */
  private static double duration(Round round) {
    return round.roundSteps() * round.workers() / round.patchesPerSecond();
  }

  private static Optional<Epoch> best(List<Epoch> epochs) {
    return epochs.stream()
        .filter(epoch -> epoch.validation().isPresent())
        .reduce((best, epoch) -> epoch.isBetterThan(best) ? epoch : best);
  }

  private static void addScores(StringBuilder page, List<Epoch> epochs) {
    page.append("<h2>Validation</h2>\n");
    Map<String, List<Point>> decibels = new LinkedHashMap<>();
    decibels.put("network", scores(epochs, Validation::sdr));
    decibels.put("the mixture itself", scores(epochs, Validation::mixtureSdr));
    page.append(LineChart.draw("SDR of the voice, dB", "epoch", decibels));
    page.append(
        LineChart.draw(
            "mean absolute error of the voice's magnitude",
            "epoch",
            Map.of("validation", scores(epochs, Validation::loss))));
  }

  private static List<Point> scores(List<Epoch> epochs, ToDoubleFunction<Validation> score) {
    return epochs.stream()
        .filter(epoch -> epoch.validation().isPresent())
        .map(
            epoch ->
                new Point(epoch.number(), score.applyAsDouble(epoch.validation().orElseThrow())))
        .toList();
  }

  private static void addRounds(StringBuilder page, List<Round> rounds, List<Epoch> epochs) {
    page.append("<h2>Training</h2>\n");
    page.append(
        LineChart.draw(
            "loss as it is fitted, mean of an epoch",
            "epoch",
            Map.of(
                "training",
                epochs.stream().map(epoch -> new Point(epoch.number(), epoch.loss())).toList())));
    curve(page, "loss, mean of a round", rounds, Round::loss);
    curve(page, "learning rate", rounds, Round::learningRate);
    curve(page, "steps between two averagings", rounds, Round::roundSteps);
    curve(page, "patches per second, all workers", rounds, Round::patchesPerSecond);
  }

  private static void curve(
      StringBuilder page, String what, List<Round> rounds, ToDoubleFunction<Round> value) {
    List<Point> points = new ArrayList<>();
    for (Round round : rounds) {
      points.add(new Point(round.steps(), value.applyAsDouble(round)));
    }
    page.append(LineChart.draw(what, "step", Map.of("training", points)));
  }

  private static void addExamples(StringBuilder page, List<Example> examples) {
    if (examples.isEmpty()) {
      return;
    }
    page.append("<h2>Patches that the network never saw</h2>\n");
    for (Example example : examples) {
      page.append("<h3>%s</h3>%n".formatted(Html.escape(example.track())));
      picture(page, "mixture", example.mixture());
      picture(page, "voice, estimate", example.estimate());
      picture(page, "voice, truth", example.voice());
    }
  }

  private static void picture(StringBuilder page, String name, Spectrogram spectrogram) {
    byte[] png;
    try {
      png = SpectrogramPicture.draw(spectrogram);
    } catch (IOException e) {
      throw new IllegalStateException("pictures are made in memory", e);
    }
    page.append(
        "<figure><figcaption>%s</figcaption><img alt=\"spectrogram\" src=\"data:image/png;base64,%s\"></figure>%n"
            .formatted(name, Base64.getEncoder().encodeToString(png)));
  }

  private static void addTable(StringBuilder page, List<Epoch> epochs) {
    page.append(
        """
        <h2>Epochs</h2><table><tr><th class="n">epoch</th><th class="n">loss</th>
        <th class="n">validation loss</th><th class="n">SDR, dB</th><th class="n">mixture, dB</th>
        <th class="n">time</th></tr>
        """);
    for (Epoch epoch : epochs) {
      Optional<Validation> score = epoch.validation();
      page.append("<tr>");
      cell(page, Integer.toString(epoch.number()));
      cell(page, String.format(Locale.ROOT, "%.5f", epoch.loss()));
      cell(page, score.map(v -> String.format(Locale.ROOT, "%.5f", v.loss())).orElse(""));
      cell(page, score.map(v -> decibels(v.sdr())).orElse(""));
      cell(page, score.map(v -> decibels(v.mixtureSdr())).orElse(""));
      cell(page, duration(epoch.seconds()));
      page.append("</tr>\n");
    }
    page.append("</table>\n");
  }

  private static void cell(StringBuilder page, String value) {
    page.append("<td class=\"n\">%s</td>".formatted(value));
  }

  private static String decibels(double value) {
    return String.format(Locale.ROOT, "%.2f", value);
  }

  private static String duration(double seconds) {
    long minutes = Math.round(seconds / 60);
    return minutes < 60 ? minutes + " min" : "%d h %d min".formatted(minutes / 60, minutes % 60);
  }
}
