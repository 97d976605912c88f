package io.stemspark.cli;

import static io.stemspark.cli.Result.assertUsage;
import static io.stemspark.cli.Result.run;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Percentage.withPercentage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.stemspark.Demo;
import io.stemspark.audio.AudioReader;
import io.stemspark.internal.audio.Waveform;
import io.stemspark.internal.ffmpeg.FfmpegReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jcodec.codecs.aac.AACDecoder;
import org.jcodec.common.DemuxerTrack;
import org.jcodec.common.io.FileChannelWrapper;
import org.jcodec.common.io.NIOUtils;
import org.jcodec.common.model.AudioBuffer;
import org.jcodec.common.model.Packet;
import org.jcodec.containers.mp4.MP4Util;
import org.jcodec.containers.mp4.boxes.MovieBox;
import org.jcodec.containers.mp4.demuxer.MP4Demuxer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Native Instruments' Stems: one file for the mixture and four stems. */
@Tag("integration")
class StemFilesTest {
  private static final List<String> STREAMS =
      List.of("mixture", "drums", "bass", "other", "vocals");

  @TempDir private Path folder;
  private Path bundle;

  @BeforeEach
  void prepare() {
    bundle = folder.resolve("four.bundle");
    Path network = Demo.FOLDER.resolve("../model/src/test/resources/segments/samples.onnx");
    Result imported =
        run(
            "bundle",
            "import",
            "--preset=htdemucs",
            "--stems=vocals,drums,bass",
            network.toString(),
            bundle.toString());
    assertThat(imported.code()).as(imported.text()).isEqualTo(Main.DONE);
  }

  private Result separate(String container, Path out, String... more) {
    String[] arguments = {
      "separate",
      Demo.FOLDER.resolve("test").toString(),
      out.toString(),
      "--model",
      bundle.toString(),
      "--set=stemspark.output.container=" + container
    };
    return run(Stream.concat(Stream.of(arguments), Stream.of(more)).toArray(String[]::new));
  }

  private Path separated(String container) {
    Path out = folder.resolve(container);
    Result result = separate(container, out);
    assertThat(result.code()).as(result.text()).isEqualTo(Main.DONE);
    return out;
  }

  private static Waveform stream(Path file, int stream) throws IOException {
    try (AudioReader reader =
        FfmpegReader.open(file.toString(), Files.newByteChannel(file), stream)) {
      return Waveform.readAll(reader);
    }
  }

  @Test
  void aFileHoldsTheMixtureAndItsFourStems() throws IOException {
    Path file = separated("stem-mp4").resolve("es-echo-mp3.stem.mp4");
    Path alone = separated("m4a");
    for (int stream = 1; stream < STREAMS.size(); stream++) {
      Waveform of = stream(file, stream);
      Waveform expected = Demo.read(alone.resolve("es-echo-mp3/" + STREAMS.get(stream) + ".m4a"));
      assertThat(of.length()).isEqualTo(expected.length());
      assertThat(Arrays.equals(of.channel(1), expected.channel(1)))
          .as(STREAMS.get(stream))
          .isTrue();
    }
    Waveform mixture = Demo.read(Demo.FOLDER.resolve("test/es-echo-mp3/mixture.mp3"));
    assertThat(stream(file, 0).length()).isEqualTo(mixture.length());
    JsonNode stems = new ObjectMapper().readTree(atom(file, "moov", "udta", "stem"));
    assertThat(stems.get("stems").findValuesAsText("name"))
        .containsExactly("Drums", "Bass", "Other", "Vocals");
    assertThat(stems.get("mastering_dsp").get("limiter").get("enabled").asBoolean()).isFalse();
    try (var files = Files.list(file.getParent())) {
      assertThat(files.map(path -> path.getFileName().toString()))
          .containsExactlyInAnyOrder(
              "_stemspark", "es-echo-mp3.stem.mp4", "en-hello-mono48.stem.mp4");
    }
  }

  /**
   * JCodec, a reader and decoder of MP4 and AAC in Java, has nothing in common with FFmpeg. AAC
   * lets decoders make noise of their own.
   */
  @Test
  void anIndependentReaderOpensIt() throws IOException {
    Path file = separated("stem-mp4").resolve("es-echo-mp3.stem.mp4");
    try (FileChannelWrapper channel = NIOUtils.readableChannel(file.toFile())) {
      List<DemuxerTrack> tracks = MP4Demuxer.createMP4Demuxer(channel).getAudioTracks();
      assertThat(tracks).hasSize(STREAMS.size());
      for (int stream = 0; stream < STREAMS.size(); stream++) {
        Waveform ours = stream(file, stream);
        double theirs = energy(tracks.get(stream));
        assertThat(theirs).as(STREAMS.get(stream)).isCloseTo(energy(ours), withPercentage(5));
      }
    }
    MovieBox movie = MP4Util.parseMovie(file.toFile());
    assertThat(movie.getTracks()).hasSize(STREAMS.size());
  }

  private static double energy(DemuxerTrack track) throws IOException {
    AACDecoder decoder = new AACDecoder(track.getMeta().getCodecPrivate());
    ByteBuffer into = ByteBuffer.allocate(1 << 16);
    double energy = 0;
    for (Packet packet = track.nextFrame(); packet != null; packet = track.nextFrame()) {
      into.clear();
      AudioBuffer samples = decoder.decodeFrame(packet.getData(), into);
      ByteBuffer data = samples.getData().duplicate().order(ByteOrder.LITTLE_ENDIAN);
      while (data.remaining() >= Short.BYTES) {
        energy += Math.pow(data.getShort() / 32_768.0, 2);
      }
    }
    return energy;
  }

  private static double energy(Waveform samples) {
    double energy = 0;
    for (int c = 0; c < samples.format().channels(); c++) {
      for (float sample : samples.channel(c)) {
        energy += (double) sample * sample;
      }
    }
    return energy;
  }

  @Test
  void theSidecarHasAllStreams() throws IOException {
    Path out = folder.resolve("described");
    Result result =
        separate(
            "stem-mp4",
            out,
            "--set=stemspark.output.sidecar=true",
            "--set=stemspark.output.loudness=true");
    assertThat(result.code()).as(result.text()).isEqualTo(Main.DONE);
    JsonNode stems =
        new ObjectMapper().readTree(out.resolve("es-echo-mp3.json").toFile()).get("stems");
    assertThat(stems.findValuesAsText("name")).isEqualTo(STREAMS);
    for (JsonNode stem : stems) {
      assertThat(stem.get("path").textValue()).isEqualTo("es-echo-mp3.stem.mp4");
      assertThat(stem.get("loudness").get("integrated").doubleValue()).isBetween(-70.0, 0.0);
      assertThat(stem.has("share")).isEqualTo(!stem.get("name").textValue().equals("mixture"));
    }
  }

  /** To the sample: the four stems sum to the mixture beside them, which is the song's. */
  @Test
  void losslessStemsSumToTheMixture() throws IOException {
    Path out = separated("stem-alac");
    for (String track : List.of("es-echo-mp3", "en-hello-mono48")) {
      Path file = out.resolve(track + ".stem.mp4");
      Waveform mixture = stream(file, 0);
      assertThat(mixture.format().sampleFormat().isInteger()).isTrue();
      float[] sum = new float[mixture.length()];
      for (int stream = 1; stream < STREAMS.size(); stream++) {
        float[] stem = stream(file, stream).channel(0);
        for (int i = 0; i < sum.length; i++) {
          sum[i] += stem[i];
        }
      }
      assertThat(Arrays.equals(sum, mixture.channel(0))).isTrue();
      JsonNode stems = new ObjectMapper().readTree(atom(file, "moov", "udta", "stem"));
      assertThat(stems.get("stems")).hasSize(4);
    }
    Result again = separate("stem-alac", out);
    assertThat(again.text()).contains("0 tracks separated, 2 already done");
  }

  /** The content of a box within boxes. */
  private static String atom(Path file, String... path) throws IOException {
    ByteBuffer within = ByteBuffer.wrap(Files.readAllBytes(file));
    for (String type : path) {
      ByteBuffer found = null;
      for (int at = 0; at < within.limit(); at += within.getInt(at)) {
        byte[] name = new byte[4];
        within.get(at + 4, name);
        if (new String(name, ISO_8859_1).equals(type)) {
          found = within.slice(at + 8, within.getInt(at) - 8);
        }
      }
      assertThat(found).as(type).isNotNull();
      within = found;
    }
    byte[] content = new byte[within.remaining()];
    within.get(content);
    return new String(content, UTF_8);
  }

  @Test
  void aRunGoesOnAndACorpusOfThemIsScored() throws IOException {
    Path out = separated("stem-mp4");
    Result again = separate("stem-mp4", out);
    assertThat(again.text()).contains("0 tracks separated, 2 already done");
    Path report = folder.resolve("report");
    Result scored =
        run("evaluate", out.toString(), out.toString(), report.toString(), "--no-baselines");
    assertThat(scored.code()).as(scored.text()).isEqualTo(Main.DONE);
    assertThat(report.resolve("scores.csv")).content().contains("estimate,drums,", ",vocals,");
  }

  @Test
  void modelsOfOtherNumbersOfStemsAreRefused() {
    String[] stemMp4 = {
      "separate",
      Demo.FOLDER.resolve("test").toString(),
      folder.resolve("out").toString(),
      "--set=stemspark.output.container=stem-mp4",
      "--model"
    };
    String[] starter = Arrays.copyOf(stemMp4, stemMp4.length + 1);
    starter[stemMp4.length] = Demo.FOLDER.resolve("starter.bundle").toString();
    assertUsage(
        run(starter),
        "The container stem-mp4 holds [drums, bass, other, vocals] of a model that gives these, and [vocals, accompaniment]");
    String[] some = Arrays.copyOf(stemMp4, stemMp4.length + 2);
    some[stemMp4.length] = bundle.toString();
    some[stemMp4.length + 1] = "--set=stemspark.output.stems=[vocals]";
    some[stemMp4.length + 1] = "--set=stemspark.output.stems=[vocals,drums,bass,accompaniment]";
    assertUsage(run(some), "and [vocals, drums, bass, accompaniment] of");
    some[stemMp4.length + 1] = "--set=stemspark.output.stems=[vocals]";
    assertUsage(run(some), "and [vocals] of [vocals, drums, bass, other] are wanted.");
  }
}
