package io.stemspark.internal.averaging;

import static org.assertj.core.api.Assertions.assertThat;

import io.stemspark.internal.lease.Fence;
import io.stemspark.internal.report.TrainingPage.Example;
import io.stemspark.internal.report.TrainingPage.StemPictures;
import io.stemspark.network.Stem;
import io.stemspark.spectrogram.Spectrogram;
import io.stemspark.spectrogram.StftConfig;
import io.stemspark.spectrogram.StftConfig.Window;
import io.stemspark.training.Epoch;
import io.stemspark.training.Epoch.Validation;
import io.stemspark.training.Round;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainingLogTest {
  private static final StftConfig STFT = new StftConfig(44_100, 64, 16, Window.HANN);

  @TempDir Path folder;

  private TrainingLog log() {
    String bundle = folder.resolve("<my>.bundle").toString();
    Fence fence = new Fence(bundle + ".training", "run", 1);
    return new TrainingLog(bundle, "a network", fence, new Configuration());
  }

  private Path file(String name) {
    return folder.resolve("<my>.bundle.training").resolve(name);
  }

  private static Round round(int epoch, int batches) {
    double seconds = 1000 * epoch + batches;
    return new Round(
        epoch, batches, 8, 4 * batches, 4, 1e-3, 1.0 / batches, 12.5, 2, 0.9, 0.04, 0.06, seconds);
  }

  private static Epoch epoch(int number, double sdr) {
    return new Epoch(number, 0.5, Optional.of(new Validation(0.25, sdr, -1)), 60 * number);
  }

  @Test
  void aTrainingThatIsGoneOnWithGoesOnWithItsLog() throws IOException {
    TrainingLog first = log();
    first.started(1, 0);
    first.roundDone(round(1, 4));
    first.roundDone(round(1, 8));
    first.epochDone(epoch(1, 2.5));
    first.roundDone(round(2, 2));
    first.roundDone(round(2, 4)); // killed before this was saved as a checkpoint

    TrainingLog second = log();
    second.started(2, 2);
    second.roundDone(round(2, 6));
    second.roundDone(round(2, 8));
    second.epochDone(epoch(2, 3.5));

    assertThat(Files.readAllLines(file("rounds-0000001.jsonl"))).hasSize(2);
    assertThat(Files.readAllLines(file("rounds-0000002.jsonl")))
        .hasSize(3)
        .noneMatch(line -> line.contains("\"batches_done\":4"))
        .allMatch(line -> line.contains("\"computing\":0.9"))
        .allMatch(line -> line.contains("\"averaging\":0.06"));
    assertThat(Files.readAllLines(file("epochs.jsonl"))).hasSize(2);
    assertThat(Files.readString(file("index.html")))
        .contains("2.50", "3.50", "best validation SDR, epoch 2", "steps between two averagings")
        .contains("&lt;my&gt;.bundle", "<h2>Validation</h2>")
        .doesNotContain("<my>");
  }

  @Test
  void aTrainingWithoutValidationHasNoCurvesOfIt() throws IOException {
    TrainingLog log = log();
    log.started(1, 0);
    log.roundDone(round(1, 8));
    log.epochDone(new Epoch(1, 0.5, Optional.empty(), 60));
    assertThat(Files.readString(file("index.html")))
        .contains("<h2>Training</h2>")
        .doesNotContain("<h2>Validation</h2>");
  }

  @Test
  void aDamagedLineCostsNoOther() throws IOException {
    TrainingLog first = log();
    first.started(1, 0);
    for (int number = 1; number <= 3; number++) {
      first.roundDone(round(number, 8));
      first.epochDone(epoch(number, number));
    }
    List<String> lines = Files.readAllLines(file("epochs.jsonl"));
    Files.write(file("epochs.jsonl"), List.of(lines.get(0), "{\"number\":", lines.get(2)));
    TrainingLog second = log();
    second.started(4, 0);
    second.epochDone(epoch(4, 4));
    assertThat(Files.readAllLines(file("epochs.jsonl")))
        .hasSize(3)
        .startsWith(lines.get(0), lines.get(2));
  }

  @Test
  void aNewTrainingBeginsAnew() throws IOException {
    TrainingLog first = log();
    first.started(1, 0);
    first.roundDone(round(1, 8));
    first.epochDone(epoch(1, 2.5));
    first.roundDone(round(2, 8));
    first.epochDone(epoch(2, 2.5));
    TrainingLog second = log();
    second.started(1, 0);
    assertThat(file("rounds-0000002.jsonl")).doesNotExist();
    assertThat(file("index.html")).doesNotExist();
    second.roundDone(round(1, 8));
    second.epochDone(new Epoch(1, 0.125, Optional.empty(), 5));

    assertThat(Files.readAllLines(file("rounds-0000001.jsonl"))).hasSize(1);
    assertThat(Files.readString(file("epochs.jsonl")))
        .isEqualTo(
            """
            {"number":1,"loss":0.125,"validation":null,"seconds":5.0}
            """);
    assertThat(Files.readString(file("index.html"))).contains("0.12500").doesNotContain("2.50");
    TrainingLog third = log();
    third.started(2, 0);
    third.epochDone(epoch(2, 1));
    assertThat(Files.readAllLines(file("epochs.jsonl"))).hasSize(2);
  }

  /** Of a training that fails the last rounds are what people want to see. */
  @Test
  void allIsWrittenWhenTrainingFails() throws IOException {
    TrainingLog log = log();
    log.started(1, 0);
    log.roundDone(round(1, 4));
    log.roundDone(round(1, 5));
    log.ended();
    assertThat(Files.readAllLines(file("rounds-0000001.jsonl"))).hasSize(2);
    assertThat(file("index.html")).exists();
  }

  @Test
  void thePageShowsWhatTheNetworkMakesOfPatches() throws IOException {
    TrainingLog log = log();
    log.started(1, 0);
    log.roundDone(round(1, 8));
    log.epochDone(epoch(1, 2.5));
    Spectrogram patch = new Spectrogram(8, 16);
    patch.real()[20] = 3;
    log.writePage(
        List.of(
            Example.of(
                "a<b", STFT, patch, List.of(StemPictures.of(Stem.VOCALS, STFT, patch, patch)))));
    String page = Files.readString(file("index.html"));
    assertThat(page.split("data:image/png")).hasSize(4);
    assertThat(page).contains("<h3>a&lt;b</h3>");
  }
}
