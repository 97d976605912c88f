package io.stemspark.patch;

import static org.assertj.core.api.Assertions.assertThat;

import io.stemspark.audio.AudioReader;
import io.stemspark.internal.audio.SummedReader;
import io.stemspark.internal.audio.Waveform;
import io.stemspark.internal.ffmpeg.FfmpegReader;
import io.stemspark.spectrogram.Stft;
import io.stemspark.spectrogram.StftConfig;
import io.stemspark.spectrogram.StftConfig.Window;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PatchReaderTest {
  private static final StftConfig STFT = new StftConfig(44_100, 1024, 256, Window.HANN);
  private static final PatchConfig PATCH = new PatchConfig(50, 300);
  private static final Path TRACK =
      Path.of(System.getProperty("stemspark.root"), "demo/train/fr-glorious");

  @Test
  void streamEqualsTheSplitOfTheWholeClip() throws IOException {
    Waveform whole;
    try (AudioReader reader = FfmpegReader.open(TRACK.resolve("mixture.flac"))) {
      whole = Waveform.readAll(reader);
    }
    List<List<Patch>> streamed = stream(FfmpegReader.open(TRACK.resolve("mixture.flac")));
    for (int c = 0; c < 2; c++) {
      List<Patch> expected = new Patcher(PATCH).split(new Stft(STFT).forward(whole.channel(c)));
      assertThat(streamed).hasSameSizeAs(expected);
      for (int i = 0; i < expected.size(); i++) {
        Patch patch = streamed.get(i).get(c);
        assertThat(patch.firstFrame()).isEqualTo(expected.get(i).firstFrame());
        assertThat(patch.content().real()).isEqualTo(expected.get(i).content().real());
        assertThat(patch.content().imag()).isEqualTo(expected.get(i).content().imag());
      }
    }
  }

  @Test
  void summedStemsAreTheMixture() throws IOException {
    AudioReader stems =
        new SummedReader(
            "fr-glorious",
            List.of(
                FfmpegReader.open(TRACK.resolve("vocals.flac")),
                FfmpegReader.open(TRACK.resolve("accompaniment.flac"))));
    List<List<Patch>> summed = stream(stems);
    List<List<Patch>> mixture = stream(FfmpegReader.open(TRACK.resolve("mixture.flac")));
    assertThat(summed).hasSameSizeAs(mixture);
    for (int i = 0; i < mixture.size(); i++) {
      assertThat(summed.get(i).get(0).content().real())
          .isEqualTo(mixture.get(i).get(0).content().real());
    }
  }

  private static List<List<Patch>> stream(AudioReader audio) throws IOException {
    List<List<Patch>> patches = new ArrayList<>();
    try (PatchReader reader = new PatchReader(audio, STFT, PATCH)) {
      for (List<Patch> next = reader.next(); next != null; next = reader.next()) {
        patches.add(next);
      }
    }
    return patches;
  }
}
