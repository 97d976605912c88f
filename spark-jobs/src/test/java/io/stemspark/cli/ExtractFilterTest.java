package io.stemspark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.stemspark.Demo;
import io.stemspark.audio.AudioFormat;
import io.stemspark.audio.AudioWriter;
import io.stemspark.audio.Container;
import io.stemspark.audio.Encoding;
import io.stemspark.audio.SampleFormat;
import io.stemspark.audio.Tags;
import io.stemspark.internal.audio.Waveform;
import io.stemspark.internal.ffmpeg.FfmpegWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What of a corpus becomes part of a dataset. */
@Tag("integration")
class ExtractFilterTest extends FeatureRuns {
  private static final String BLOCK = "stemspark.extraction.";

  /** The clip of {@code train/one} as a mixture, louder or softer, and cut off at full scale. */
  private void copy(String name, Container container, float gain) throws IOException {
    Waveform clip = Demo.read(Demo.FOLDER.resolve("train/it-wrong/mixture.flac"));
    float[][] samples = new float[clip.samples().length][clip.length()];
    for (int channel = 0; channel < samples.length; channel++) {
      for (int i = 0; i < clip.length(); i++) {
        samples[channel][i] = Math.max(-1, Math.min(1, gain * clip.samples()[channel][i]));
      }
    }
    Path file = music.resolve(name + "." + container.extension());
    boolean lossless = container == Container.WAV || container == Container.FLAC;
    AudioFormat format =
        new AudioFormat(
            clip.format().sampleRate(),
            samples.length,
            lossless ? SampleFormat.INT16 : SampleFormat.FLOAT32);
    try (AudioWriter writer =
        FfmpegWriter.create(file, Encoding.of(container), format, Tags.NONE)) {
      writer.write(samples, samples[0].length);
    }
  }

  @Test
  void quietAndClippedTracksAreLeftOut() throws IOException {
    copy("quiet", Container.WAV, 0.001f);
    copy("clipped", Container.WAV, 30);
    String[] filter = {"--set", BLOCK + "least-level=-50", "--set", BLOCK + "most-clipping=0.01"};
    Result result = extract(filter);
    assertThat(result.text())
        .contains("2 tracks extracted", "2 skipped")
        .contains("skipped quiet: The track was left out: its level is -75.6 dB")
        .contains(BLOCK + "least-level is -50.0")
        .contains(BLOCK + "most-clipping is 0.01");
    assertThat(tracks()).containsExactly("plain", "train/one");
    assertThat(extract(filter).text()).contains("0 tracks extracted, 4 already done");
    assertThat(extract().text()).contains("4 tracks extracted");
    assertThat(tracks()).contains("quiet", "clipped");
  }

  @Test
  void ofTracksThatSoundAlikeTheFirstIsKept() throws IOException {
    copy("a copy", Container.MP3, 0.5f);
    copy("z copy", Container.OGG, 0.8f);
    String[] filter = {"--set", BLOCK + "keep-doubles=false"};
    assertThat(extract(filter).code()).isEqualTo(Main.DONE);
    assertThat(tracks()).containsExactly("a copy", "plain");
    assertThat(extract(filter).text()).contains("0 tracks extracted, 4 already done");
    copy("later", Container.FLAC, 0.7f);
    assertThat(extract(filter).text()).contains("1 tracks extracted, 4 already done");
    assertThat(tracks()).containsExactly("a copy", "plain");
    assertThat(listed()).containsExactlyInAnyOrderElementsOf(found());
  }

  @Test
  void silentPatchesAreLeftOut() throws IOException {
    extract();
    Map<String, Long> all = rows();
    features = folder.resolve("other");
    extract("--set", BLOCK + "silence=-100");
    assertThat(rows()).isEqualTo(all);
    features = folder.resolve("none");
    assertThat(extract("--set", BLOCK + "silence=0").text()).contains("2 tracks extracted");
    assertThat(parquetFiles()).isEmpty();
  }

  @Test
  void artistsAreSplit() throws IOException {
    assertThat(extract("--set", BLOCK + "validation-share=1").text()).contains("2 tracks");
    assertThat(manifest()).contains("\"valid\" : 2").doesNotContain("\"train\" :");
    assertThat(extract("--set", BLOCK + "validation-share=0").text()).contains("2 tracks");
    assertThat(manifest()).contains("\"train\" : 2").doesNotContain("\"valid\" :");
  }
}
