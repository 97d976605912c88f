package io.stemspark.internal.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.stemspark.Demo;
import io.stemspark.audio.Container;
import io.stemspark.audio.Encoding;
import io.stemspark.bundle.ModelBundle;
import io.stemspark.internal.config.JobSettings;
import io.stemspark.internal.corpus.ArtistSplits;
import io.stemspark.internal.corpus.AudioFile;
import io.stemspark.internal.features.ExtractionConfig;
import io.stemspark.internal.storage.PathTemplate;
import io.stemspark.network.InferenceBackend;
import io.stemspark.network.Precision;
import io.stemspark.network.Stem;
import io.stemspark.patch.PatchConfig;
import io.stemspark.separation.OutputConfig;
import io.stemspark.separation.OutputConfig.BitDepth;
import io.stemspark.separation.OutputConfig.Clipping;
import io.stemspark.separation.OutputConfig.StemSelection;
import io.stemspark.separation.SeparationConfig;
import io.stemspark.spectrogram.StftConfig;
import io.stemspark.spectrogram.StftConfig.Window;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;

/**
 * Hashes and rows as they are stored in catalogues that are years old. Where one of these fails, a
 * change would separate all of them anew: give it another form, or a new version that knows the
 * old.
 */
class GoldenFormatsTest {
  private static final PathTemplate PATHS = new PathTemplate("{track_id}/{stem}.{ext}");
  private static final StftConfig STFT = new StftConfig(44_100, 4096, 1024, Window.HANN);
  private static final List<Stem> VOICE = List.of(Stem.VOCALS, Stem.ACCOMPANIMENT);
  private static final PatchConfig PATCH = new PatchConfig(128, 1024);
  private static final List<AudioFile> FILES =
      List.of(
          new AudioFile("s3a://music/caf\u00e9 1.wav", -1, 1_234_567_890_123L, "\"etag\"", 17),
          new AudioFile("file:/b.stem.mp4", 4, -1, "", -1));

  private static SeparationConfig separation(OutputConfig output) {
    return new SeparationConfig(InferenceBackend.AUTO, Precision.AUTO, 0.125, 2, false, output);
  }

  private static OutputConfig wav() {
    return new OutputConfig(
        StemSelection.ALL,
        Encoding.of(Container.WAV),
        BitDepth.SOURCE,
        Clipping.LIMIT,
        false,
        false);
  }

  @Test
  void hashesOfSettings() {
    assertThat(ResultSettings.ofSeparation(separation(wav()), PATHS))
        .isEqualTo("2:ac5a50669bcaf955");
    assertThat(ResultSettings.ofExtraction(STFT, PATCH, VOICE, Map.of()))
        .isEqualTo("2:7559c62ef9eccb20");
    ExtractionConfig filters =
        new ExtractionConfig(VOICE, new ArtistSplits(0.1), -50, 0.001, -70.5, false);
    assertThat(ResultSettings.ofExtraction(STFT, PATCH, VOICE, filters.filters()))
        .isEqualTo("2:1918fdbcac139d83");
    List<Stem> four = Stream.of("vocals", "drums", "bass", "other").map(Stem::new).toList();
    assertThat(ResultSettings.ofExtraction(STFT, PATCH, four, Map.of()))
        .isEqualTo("2:0455546dbc5675b3");
    assertThat(ResultSettings.ofEvaluation(Optional.of(STFT), VOICE))
        .isEqualTo("2:f9cf83cbda0af77a");
    assertThat(ResultSettings.ofEvaluation(Optional.empty(), VOICE))
        .isEqualTo("2:0a7637cac6d9c585");
    assertThat(ResultSettings.ofEvaluation(Optional.of(STFT), VOICE, separation(wav()), PATHS))
        .isEqualTo("2:2135f070f6e53691");
  }

  @Test
  void everySettingThatChangesStemsChangesTheHash() {
    OutputConfig mp3 =
        new OutputConfig(
            StemSelection.of(Stem.VOCALS),
            new Encoding(Container.MP3, 128),
            BitDepth.INT16,
            Clipping.REFUSE,
            false,
            false);
    SeparationConfig other =
        new SeparationConfig(InferenceBackend.CPU, Precision.FLOAT, 0.25, 4, true, mp3);
    assertThat(ResultSettings.ofSeparation(other, new PathTemplate("{split}/{track_id}/{stem}")))
        .isEqualTo("2:5dca4104278d1846");
  }

  @Test
  void hashesOfFiles() {
    assertThat(Fingerprint.ofFiles(FILES)).isEqualTo("2:20f2a21bd80257e4");
    assertThat(Fingerprint.ofFiles(List.of())).isEqualTo("2:4f53cda18c2baa0c");
  }

  /** As commit 99a3c58 wrote them, in runs over the demo. */
  @Test
  void hashesOfTheVersionBefore() {
    assertThat(ResultSettings.formerOfSeparation(separation(wav()), PATHS))
        .isEqualTo("484a2cc69e7505cd");
    assertThat(ResultSettings.formerOfExtraction(STFT, PATCH)).isEqualTo("b60af1950c1bffb2");
    assertThat(ResultSettings.formerOfEvaluation(Optional.of(STFT))).isEqualTo("b62f2798650a34c3");
    AudioFile mixture =
        new AudioFile(
            "file:/tmp/base/repo/demo/train/fr-glorious/mixture.flac",
            -1,
            660_707,
            "1795914794489",
            1_795_914_794_489L);
    assertThat(Fingerprint.formerOfFiles(List.of(mixture))).isEqualTo("36a64ed2c08805b8");
  }

  @Test
  void theDefaultSettingsAreThoseOfTheGoldenHashes() {
    JobSettings defaults = JobSettings.load(List.of(), List.of());
    assertThat(ResultSettings.ofSeparation(defaults.separation(), defaults.paths()))
        .isEqualTo(ResultSettings.ofSeparation(separation(wav()), PATHS));
    assertThat(
            ResultSettings.ofExtraction(
                defaults.stft(), defaults.patch(), defaults.extraction().stems(), Map.of()))
        .isEqualTo(ResultSettings.ofExtraction(STFT, PATCH, VOICE, Map.of()));
  }

  /** A row as commit 99a3c58 wrote it, without a version. */
  private static final String FORMER_ROW =
      """
      {"run":"20261129T012116Z-3b3aaa2a","time":1795915279028,"track_id":"train/fr-glorious",\
      "split":"train","status":"DONE","note":"","fault":false,"inputs":[{"uri":\
      "file:/tmp/base/repo/demo/train/fr-glorious/mixture.flac","stream":-1,"bytes":660707,\
      "version":"1795914794489","modified":1795914794489}],"fingerprint":{"input":\
      "36a64ed2c08805b8","model":\
      "6a5e4845c9f554a1029425bc7aa4693b932cabf0533220f59f05d452370514f9","settings":"484a2cc69e7505cd"},\
      "audio_seconds":7.0,"wall_seconds":1.710115304,"output":"file:/tmp/base/out","outputs":[{\
      "path":"train/fr-glorious/vocals.wav","bytes":1234914}],"done":true}""";

  private static final String ROW =
      """
      {"version":2,"number":17,"run":"20261129T012116Z-3b3aaa2a","corpus":"file:/demo",\
      "time":1795915279028,"track_id":"train/fr-glorious","split":"train","status":"DONE","note":"","fault":false,\
      "inputs":[{"uri":"file:/tmp/base/repo/demo/train/fr-glorious/mixture.flac","stream":-1,\
      "bytes":660707,"version":"1795914794489","modified":1795914794489}],"fingerprint":{"input":\
      "36a64ed2c08805b8","model":\
      "6a5e4845c9f554a1029425bc7aa4693b932cabf0533220f59f05d452370514f9","settings":"484a2cc69e7505cd"},\
      "audio_seconds":7.0,"wall_seconds":1.710115304,"output":"file:/tmp/base/out","outputs":[{\
      "path":"train/fr-glorious/vocals.wav","bytes":1234914}]}""";

  @Test
  void rowsOfTheVersionBeforeAreRead() throws IOException {
    JournalEntry row = RunJournal.MAPPER.readValue(FORMER_ROW, JournalEntry.class);
    assertThat(row.version()).isZero();
    assertThat(row.number()).isZero();
    assertThat(row.isDone()).isTrue();
    assertThat(row.trackId()).isEqualTo("train/fr-glorious");
    assertThat(row.fingerprint().settings()).isEqualTo("484a2cc69e7505cd");
    assertThat(row.outputs())
        .containsExactly(new StoredFile("train/fr-glorious/vocals.wav", 1_234_914));
  }

  /** Rows name the model by it. */
  @Test
  void aModelsHashIsTheSha256OfItsManifest() throws IOException, NoSuchAlgorithmException {
    Path file = Demo.FOLDER.resolve("starter.bundle");
    try (ZipFile zip = new ZipFile(file.toFile());
        InputStream stream = Files.newInputStream(file)) {
      byte[] manifest = zip.getInputStream(zip.getEntry("manifest.json")).readAllBytes();
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(manifest);
      assertThat(ModelBundle.readForInference(file.toString(), stream).hash())
          .isEqualTo(HexFormat.of().formatHex(hash));
    }
  }

  @Test
  void rowsAreWrittenAsTheyWere() throws IOException {
    JournalEntry row = RunJournal.MAPPER.readValue(ROW, JournalEntry.class);
    assertThat(RunJournal.MAPPER.writeValueAsString(row)).isEqualTo(ROW);
  }
}
