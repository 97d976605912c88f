package io.stemspark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.stemspark.audio.AudioException;
import io.stemspark.bundle.BundleException;
import io.stemspark.internal.audio.Waveform;
import io.stemspark.separation.SeparationResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SeparatorTest {
  private static Separator separator;

  @TempDir Path folder;

  @BeforeAll
  static void load() throws IOException {
    separator = Separator.load(DemoClips.starterBundle());
  }

  @AfterAll
  static void close() {
    separator.close();
  }

  @Test
  void stemsSumToTheTrack() throws IOException {
    SeparationResult result = separator.separate(DemoClips.mixture()).writeTo(folder);

    assertThat(folder.toFile().list()).containsExactlyInAnyOrder("vocals.wav", "accompaniment.wav");
    Waveform mixture = DemoClips.read(DemoClips.mixture());
    Waveform vocals = DemoClips.read(folder.resolve("vocals.wav"));
    Waveform rest = DemoClips.read(folder.resolve("accompaniment.wav"));
    assertThat(result.samples()).isEqualTo(mixture.length());
    for (int c = 0; c < mixture.format().channels(); c++) {
      float[] sum = vocals.channel(c);
      for (int i = 0; i < sum.length; i++) {
        sum[i] += rest.channel(c)[i];
      }
      assertThat(sum).isEqualTo(mixture.channel(c));
    }
  }

  @Test
  void streamedSamplesAreThoseOfTheFiles() throws IOException {
    separator.separate(DemoClips.mono48kHz()).writeTo(folder);
    float[] written = DemoClips.read(folder.resolve("vocals.wav")).channel(0);
    float[] streamed = new float[written.length];
    separator
        .separate(DemoClips.mono48kHz())
        .streamTo(
            (stems, position, length) ->
                System.arraycopy(stems[0][0], 0, streamed, (int) position, length));
    assertThat(streamed).isEqualTo(written);
  }

  @Test
  void threadsShareASeparator() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(3);
    try {
      List<Future<SeparationResult>> results = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        Path out = folder.resolve("out" + i);
        results.add(threads.submit(() -> separator.separate(DemoClips.mp3()).writeTo(out)));
      }
      for (Future<SeparationResult> result : results) {
        result.get();
      }
    } finally {
      threads.shutdown();
    }
    byte[] first = Files.readAllBytes(folder.resolve("out0/vocals.wav"));
    assertThat(folder.resolve("out1/vocals.wav")).hasBinaryContent(first);
    assertThat(folder.resolve("out2/vocals.wav")).hasBinaryContent(first);
  }

  @Test
  void aDamagedTrackLeavesNothing() throws IOException {
    Path broken = Files.writeString(folder.resolve("broken.mp3"), "no audio");
    Path out = folder.resolve("out");
    assertThatExceptionOfType(AudioException.class)
        .isThrownBy(() -> separator.separate(broken).writeTo(out))
        .withMessageContaining(broken.toString());
    assertThat(out).isEmptyDirectory();
  }

  @Test
  void whatIsNoBundleIsRefused() {
    assertThatExceptionOfType(BundleException.class)
        .isThrownBy(() -> Separator.load(DemoClips.mp3()))
        .withMessageContaining("is not a usable model bundle");
  }
}
