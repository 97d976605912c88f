package io.stemspark.internal.features;

import static org.assertj.core.api.Assertions.assertThat;

import io.stemspark.Demo;
import io.stemspark.audio.AudioReader;
import io.stemspark.audio.Container;
import io.stemspark.internal.ffmpeg.FfmpegReader;
import io.stemspark.patch.Patch;
import io.stemspark.patch.PatchConfig;
import io.stemspark.patch.PatchReader;
import io.stemspark.spectrogram.Spectrogram;
import io.stemspark.spectrogram.StftConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SoundPrintTest {
  private static final StftConfig STFT = new StftConfig(44_100, 4096, 1024, StftConfig.Window.HANN);
  private static final PatchConfig PATCH = new PatchConfig(128, 1024);
  private static final Path CLIP = Demo.FOLDER.resolve("train/it-wrong/mixture.flac");

  @TempDir Path folder;

  private static String print(Path file) throws IOException {
    SoundPrint print = new SoundPrint(STFT, PATCH);
    AudioReader audio = FfmpegReader.open(file);
    try (PatchReader patches = new PatchReader(audio, STFT, PATCH)) {
      for (List<Patch> next = patches.next(); next != null; next = patches.next()) {
        print.add(next);
      }
    }
    return print.finish();
  }

  private Path written(Container container, float gain, int silence) throws IOException {
    return Demo.copy(CLIP, folder.resolve("copy"), container, gain, silence);
  }

  @ParameterizedTest
  @EnumSource
  void anotherCodingSoundsAlike(Container container) throws IOException {
    String other = print(written(container, 0.5f, 0));
    assertThat(SoundPrint.difference(print(CLIP), other)).isLessThan(0.06);
    assertThat(SoundPrint.areAlike(print(CLIP), other)).isTrue();
  }

  @Test
  void silenceBeforeItIsNotHeard() throws IOException {
    String other = print(written(Container.WAV, 1, 30_000));
    assertThat(SoundPrint.areAlike(print(CLIP), other)).isTrue();
  }

  @Test
  void othersSoundOtherwise() throws IOException {
    List<Path> clips =
        List.of(
            CLIP,
            Demo.FOLDER.resolve("train/en-weasels/mixture.flac"),
            Demo.FOLDER.resolve("train/fr-glorious/mixture.flac"),
            Demo.FOLDER.resolve("train/ru-voicemail/mixture.flac"),
            Demo.FOLDER.resolve("test/es-echo-mp3/mixture.mp3"));
    for (Path one : clips) {
      for (Path other : clips) {
        double difference = SoundPrint.difference(print(one), print(other));
        if (one.equals(other)) {
          assertThat(difference).isZero();
        } else {
          assertThat(difference).as("%s and %s", one, other).isGreaterThan(0.35);
        }
      }
    }
  }

  /** Frames of noise whose colour changes with their place in the track. */
  private static String ofLength(int patches) {
    SoundPrint print = new SoundPrint(STFT, PATCH);
    Random random = new Random(1);
    double[] colours = random.doubles(64 * 32, 0, 4).toArray();
    for (int patch = 0; patch < patches; patch++) {
      Patch next = new Patch(0, new Spectrogram(PATCH.frames(), PATCH.bins()));
      int part = 64 * patch / patches;
      for (int i = 0; i < PATCH.size(); i += 4) {
        next.content().real()[i] = (float) Math.exp(colours[32 * part + i % PATCH.bins() / 32]);
      }
      print.add(List.of(next));
    }
    return print.finish();
  }

  /** Of a track of three hours, neighbouring parts are joined. */
  @Test
  void lengthDoesNotMatter() {
    assertThat(SoundPrint.areAlike(ofLength(640), ofLength(3840))).isTrue();
  }

  @Test
  void whatIsTooShortHasNone() {
    SoundPrint none = new SoundPrint(STFT, PATCH);
    assertThat(none.finish()).isEmpty();
    assertThat(SoundPrint.words(none.finish())).isEmpty();
  }
}
