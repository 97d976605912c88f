package io.stemspark.cli;

import io.stemspark.training.Epoch;
import io.stemspark.training.Round;
import io.stemspark.training.TrainingListener;
import java.io.PrintWriter;

/** Prints a line per epoch; in between a running line on a terminal, elsewhere one a minute. */
final class TrainingProgress implements TrainingListener {
  private static final double SECONDS_BETWEEN_LINES = 60;

  /** A terminal's modes: what does not fit a line is left out, or goes on in the next. */
  private static final String CUT_LINES = "\u001b[?7l";

  private static final String WRAP_LINES = "\u001b[?7h";

  private final PrintWriter out;
  private final boolean terminal = Terminal.isWatched();

  private final int epochs;
  private double first = Double.NaN;
  private double firstSeconds;
  private double printed = Double.NEGATIVE_INFINITY;
  private String score = "";

  /**
   * @param epochs how many there will be, unless training ends early
   */
  TrainingProgress(PrintWriter out, int epochs) {
    this.out = out;
    this.epochs = epochs;
  }

  @Override
  public void roundDone(Round round) {
    String line = describe(round);
    if (terminal) {
      out.printf("\r\u001b[K%s%s%s", CUT_LINES, line, WRAP_LINES);
      out.flush();
    } else if (round.seconds() - printed > SECONDS_BETWEEN_LINES) {
      printed = round.seconds();
      out.println(line);
      out.flush();
    }
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
    double done = round.epoch() - 1 + (double) round.batchesDone() / round.batches();
    if (Double.isNaN(first)) {
      first = done;
      firstSeconds = round.seconds();
      return "";
    }
    double minutes = (round.seconds() - firstSeconds) / (done - first) * (epochs - done) / 60;
    return minutes < 90
        ? ", %.0f min left".formatted(Math.ceil(minutes))
        : ", %.1f h left".formatted(minutes / 60);
  }

  @Override
  public void epochDone(Epoch epoch) {
    score = epoch.validation().map(v -> ", last SDR %.2f dB".formatted(v.sdr())).orElse("");
    out.printf(
        "%sepoch %d: loss %.5f%s, %.0f s%n",
        terminal ? "\r\u001b[K" : "",
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
}
