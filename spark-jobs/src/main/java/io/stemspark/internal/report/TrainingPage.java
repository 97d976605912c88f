package io.stemspark.internal.report;

import io.stemspark.internal.report.LineChart.Point;
import io.stemspark.network.Stem;
import io.stemspark.spectrogram.Spectrogram;
import io.stemspark.spectrogram.StftConfig;
import io.stemspark.training.Epoch;
import io.stemspark.training.Epoch.Validation;
import io.stemspark.training.Round;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * The page of a training.
 *
 * @param bundle where the bundle will lie
 * @param last the last round; null before the first
 * @param network in words
 * @param best the epoch with the best validation; null before the first
 * @param computing share of the workers' time that went into steps
 * @param averaging share of that time that went into averaging and waiting for others
 * @param waiting share of that time in which workers had no data
 * @param validation curves over epochs
 * @param training curves over steps
 */
public record TrainingPage(
    String bundle,
    String network,
    Round last,
    Epoch best,
    double computing,
    double averaging,
    double waiting,
    List<LineChart> validation,
    List<LineChart> training,
    List<Example> examples,
    List<Epoch> epochs) {
  /** A patch that the network never saw, and what it makes of it. */
  public record Example(String track, SpectrogramPicture mixture, List<StemPictures> stems) {
    /**
     * @param stft the transform that the patch is of
     */
    public static Example of(
        String track, StftConfig stft, Spectrogram mixture, List<StemPictures> stems)
        throws IOException {
      return new Example(track, SpectrogramPicture.of(mixture, stft), stems);
    }
  }

  /**
   * A stem of such a patch.
   *
   * @param stem its name
   */
  public record StemPictures(String stem, SpectrogramPicture estimate, SpectrogramPicture truth) {
    /**
     * @param stft the transform that the patch is of
     */
    public static StemPictures of(
        Stem stem, StftConfig stft, Spectrogram estimate, Spectrogram truth) throws IOException {
      return new StemPictures(
          stem.name(), SpectrogramPicture.of(estimate, stft), SpectrogramPicture.of(truth, stft));
    }
  }

  /**
   * Renders the page.
   *
   * @param network in words
   * @param rounds from the first on
   * @param epochs those that have ended
   * @param examples for pictures; none while training goes on
   */
  public static String render(
      String bundle,
      String network,
      List<Round> rounds,
      List<Epoch> epochs,
      List<Example> examples) {
    List<Epoch> validated =
        epochs.stream().filter(epoch -> epoch.validation().isPresent()).toList();
    return Page.render(
        "training.ftl",
        new TrainingPage(
            bundle,
            network,
            rounds.isEmpty() ? null : rounds.get(rounds.size() - 1),
            validated.stream()
                .reduce((best, epoch) -> epoch.isBetterThan(best) ? epoch : best)
                .orElse(null),
            mean(rounds, Round::computing),
            mean(rounds, Round::averaging),
            mean(rounds, Round::waiting),
            validation(validated),
            training(rounds, epochs),
            examples,
            epochs));
  }

  private static double mean(List<Round> rounds, ToDoubleFunction<Round> share) {
    double seconds = rounds.stream().mapToDouble(TrainingPage::duration).sum();
    return rounds.stream().mapToDouble(round -> share.applyAsDouble(round) * duration(round)).sum()
        / seconds;
  }

  /** The duration of a round, up to a factor that all rounds have in common. */
  private static double duration(Round round) {
    return round.roundSteps() * round.workers() / round.patchesPerSecond();
  }

  private static List<LineChart> validation(List<Epoch> epochs) {
    Map<String, List<Point>> decibels = new LinkedHashMap<>();
    decibels.put("network", scores(epochs, Validation::sdr));
    decibels.put("the mixture itself", scores(epochs, Validation::mixtureSdr));
    return List.of(
        LineChart.of("SDR of the stems, mean, dB", "epoch", decibels),
        LineChart.of(
            "mean absolute error of the stems' magnitudes",
            "epoch",
            Map.of("validation", scores(epochs, Validation::loss))));
  }

  private static List<Point> scores(List<Epoch> epochs, ToDoubleFunction<Validation> score) {
    return epochs.stream()
        .map(
            epoch ->
                new Point(epoch.number(), score.applyAsDouble(epoch.validation().orElseThrow())))
        .toList();
  }

  private static List<LineChart> training(List<Round> rounds, List<Epoch> epochs) {
    List<Point> losses =
        epochs.stream().map(epoch -> new Point(epoch.number(), epoch.loss())).toList();
    return List.of(
        LineChart.of("loss as it is fitted, mean of an epoch", "epoch", Map.of("training", losses)),
        curve("loss, mean of a round", rounds, Round::loss),
        curve("learning rate", rounds, Round::learningRate),
        curve("steps between two averagings", rounds, Round::roundSteps),
        curve("patches per second, all workers", rounds, Round::patchesPerSecond));
  }

  private static LineChart curve(String what, List<Round> rounds, ToDoubleFunction<Round> value) {
    return LineChart.of(
        what,
        "step",
        Map.of(
            "training",
            rounds.stream()
                .map(round -> new Point(round.steps(), value.applyAsDouble(round)))
                .toList()));
  }
}
