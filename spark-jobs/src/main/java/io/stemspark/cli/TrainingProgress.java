package io.stemspark.cli;

import io.stemspark.training.Epoch;
import io.stemspark.training.Round;
import io.stemspark.training.TrainingListener;
import java.io.PrintWriter;

/** Says how far a training is, and what came of each epoch. */
final class TrainingProgress implements TrainingListener {
  private final PrintWriter out;
  private final RunningLine line;
  private final int epochs;
  private double first = Double.NaN;
  private double firstSeconds;
  private String score = "";

  /**
   * @param terminal whether somebody watches
   * @param epochs how many there will be, unless training ends early
   */
  TrainingProgress(PrintWriter out, boolean terminal, int epochs) {
    this.out = out;
    this.line = new RunningLine(out, terminal);
    this.epochs = epochs;
  }

  @Override
  public void roundDone(Round round) {
    if (Double.isNaN(first)) {
      first = epochsDone(round);
      firstSeconds = round.seconds();
    }
    line.show(round.seconds(), () -> describe(round));
  }

  private static double epochsDone(Round round) {
    return round.epoch() - 1 + (double) round.batchesDone() / round.batches();
  }

  private String describe(Round round) {
    return ("epoch %d/%d, batch %d/%d%s, loss %.4f%s, %d x %.1f patches/s, computing %.0f %%,"
            + " averaging %.0f %%, waiting %.0f %%")
        .formatted(
            round.epoch(),
            epochs,
            round.batchesDone(),
            round.batches(),
            timeLeft(round),
            round.loss(),
            score,
            round.workers(),
            round.patchesPerSecond() / round.workers(),
            100 * round.computing(),
            100 * round.averaging(),
            100 * round.waiting());
  }

  /** By what this run has done so far; nothing after its first round. */
  private String timeLeft(Round round) {
    double done = epochsDone(round);
    if (done == first) {
      return "";
    }
    double seconds = (round.seconds() - firstSeconds) / (done - first) * (epochs - done);
    return ", %s left".formatted(RunningLine.words(seconds));
  }

  @Override
  public void epochDone(Epoch epoch) {
    score = epoch.validation().map(v -> ", last SDR %.2f dB".formatted(v.sdr())).orElse("");
    line.clear();
    out.printf(
        "epoch %d: loss %.5f%s, %.0f s%n",
        epoch.number(),
        epoch.loss(),
        epoch
            .validation()
            .map(
                v ->
                    ", validation loss %.5f, SDR %.2f dB (mixture %.2f dB)"
                        .formatted(v.loss(), v.sdr(), v.mixtureSdr()))
            .orElse(""),
        epoch.seconds());
    out.flush();
  }

  @Override
  public void ended() {
    line.clear();
  }
}
