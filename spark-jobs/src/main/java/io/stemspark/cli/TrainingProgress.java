package io.stemspark.cli;

import io.stemspark.training.Epoch;
import io.stemspark.training.TrainingListener;
import java.io.PrintWriter;

/** Prints a line per epoch, and on a terminal a running line in between. */
final class TrainingProgress implements TrainingListener {
  private final PrintWriter out;
  private final boolean terminal = Terminal.isWatched();

  TrainingProgress(PrintWriter out) {
    this.out = out;
  }

  @Override
  public void roundDone(int epoch, int batchesDone, int batches, double loss) {
    if (terminal) {
      out.printf("\repoch %d: batch %d of %d, loss %.5f ", epoch, batchesDone, batches, loss);
      out.flush();
    }
  }

  @Override
  public void epochDone(Epoch epoch) {
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
