package io.stemspark.internal.segments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.stemspark.audio.SampleFormat;
import io.stemspark.internal.audio.SampleQueue;
import io.stemspark.internal.network.UnsoundEstimateException;
import io.stemspark.internal.onnx.OnnxNetwork;
import io.stemspark.internal.separation.MemoryReader;
import io.stemspark.network.NetworkSpec.Content;
import io.stemspark.network.NetworkSpec.Joining;
import io.stemspark.network.NetworkSpec.Segments;
import io.stemspark.network.NetworkSpec.Spectra;
import io.stemspark.network.NetworkSpec.Tensor;
import io.stemspark.network.Stem;
import io.stemspark.spectrogram.StftConfig.Window;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Against what PyTorch and the rules of the networks' own hosts give: src/test/golden/segments.py.
 */
class SegmentEstimatorTest {
  private static final List<Stem> THREE = List.of(Stem.VOCALS, new Stem("drums"), Stem.OTHER);
  private static final int SEGMENT = 1000;
  private static final int WHOLE_HOPS = 1008;
  private static final Tensor REAL = new Tensor("spec_real", Content.REAL);
  private static final Tensor IMAG = new Tensor("spec_imag", Content.IMAG);
  private static final Tensor REAL_OUT = new Tensor("out_spec_real", Content.REAL);
  private static final Tensor IMAG_OUT = new Tensor("out_spec_imag", Content.IMAG);

  /** What a network of each kind is. */
  private static Segments spec(String kind) {
    Spectra spectra = new Spectra(64, 16, Window.HANN, 33, 0, false, false);
    return switch (kind) {
      case "samples" ->
          demucs(
              true,
              List.of(),
              List.of(new Tensor("mix", Content.SAMPLES)),
              List.of(new Tensor("stems", Content.SAMPLES)));
      case "spectra" -> spectra(spectra, 750, 0, Joining.TRIANGLE);
      case "linear" -> spectra(spectra, 250, 750, Joining.LINEAR);
      case "hybrid" ->
          demucs(
              false,
              List.of(new Spectra(64, 16, Window.HANN, 32, 0, true, true)),
              List.of(REAL, IMAG, new Tensor("audio", Content.SAMPLES)),
              List.of(REAL_OUT, IMAG_OUT, new Tensor("out_wave", Content.SAMPLES)));
      default ->
          new Segments(
              List.of(Stem.VOCALS),
              2,
              44_100,
              WHOLE_HOPS,
              WHOLE_HOPS - 64,
              32,
              Joining.HANN,
              false,
              List.of(new Spectra(64, 16, Window.HANN, 24, 3, false, false)),
              List.of(new Tensor("input", Content.PLANES)),
              List.of(new Tensor("output", Content.PLANES)),
              1.035,
              true);
    };
  }

  private static Segments demucs(
      boolean level, List<Spectra> spectra, List<Tensor> inputs, List<Tensor> outputs) {
    return new Segments(
        THREE,
        2,
        44_100,
        SEGMENT,
        750,
        0,
        Joining.TRIANGLE,
        level,
        spectra,
        inputs,
        outputs,
        1,
        false);
  }

  private static Segments spectra(Spectra spectra, int step, int border, Joining joining) {
    return new Segments(
        THREE,
        2,
        44_100,
        SEGMENT,
        step,
        border,
        joining,
        false,
        List.of(spectra),
        List.of(REAL, IMAG),
        List.of(REAL_OUT, IMAG_OUT),
        1,
        false);
  }

  private static float[][] track(int samples) {
    float[][] track = new float[2][samples];
    for (int c = 0; c < 2; c++) {
      for (int i = 0; i < samples; i++) {
        double chirp = 0.4 * Math.sin(0.05 * (c + 1) * i + 1e-5 * i * i);
        track[c][i] = (float) (chirp + 0.2 * Math.sin(0.31 * i + c) + 0.01);
      }
    }
    return track;
  }

  @ParameterizedTest
  @CsvSource({
    "samples,40",
    "samples,1000",
    "samples,3111",
    "spectra,1",
    "spectra,40",
    "spectra,1000",
    "spectra,3111",
    "hybrid,1",
    "hybrid,40",
    "hybrid,1000",
    "hybrid,3111",
    "planes,1",
    "planes,40",
    "planes,1000",
    "planes,3111",
    "linear,1",
    "linear,40",
    "linear,1000",
    "linear,3111"
  })
  void stemsAreThoseOfTheNetworksOwnHosts(String kind, int samples) throws IOException {
    Segments spec = spec(kind);
    float[][] track = track(samples);
    TrackLevel level =
        spec.level()
            ? TrackLevel.of(new MemoryReader(track, 44_100, SampleFormat.FLOAT32))
            : TrackLevel.AS_IT_IS;
    String file = kind.equals("linear") ? "spectra" : kind;
    int stems = spec.stems().size();
    try (OnnxNetwork onnx = OnnxNetwork.onCpu(resource(file + ".onnx"), spec, 1);
        SegmentEstimator estimator =
            new SegmentEstimator(
                SegmentPlan.of(spec),
                new TensorSegments(spec, onnx, IntStream.range(0, stems).toArray()),
                stems,
                2,
                level)) {
      Random random = new Random(samples);
      for (int from = 0; from < samples; ) {
        int count = Math.min(samples - from, 1 + random.nextInt(700));
        float[][] block = new float[2][count];
        for (int c = 0; c < 2; c++) {
          System.arraycopy(track[c], from, block[c], 0, count);
        }
        estimator.push(block, count);
        from += count;
      }
      estimator.finish();
      FloatValues golden = new FloatValues(resource("%s-%d.f32".formatted(kind, samples)));
      for (SampleQueue stem : estimator.stems()) {
        assertThat(stem.size()).isEqualTo(samples);
        for (int c = 0; c < 2; c++) {
          for (int i = 0; i < samples; i++) {
            assertThat(stem.get(c, i))
                .as("channel %d, sample %d", c, i)
                .isCloseTo(golden.next(), within(2e-5f));
          }
        }
      }
    }
  }

  @Test
  void valuesThatAreNotFiniteFailTheTrack() {
    SegmentNetwork poor =
        new SegmentNetwork() {
          @Override
          public void estimate(float[][] segment, float[][][] stems) {
            stems[0][1][7] = Float.POSITIVE_INFINITY;
          }

          @Override
          public void close() {}
        };
    SegmentPlan plan = new SegmentPlan(Joining.TRIANGLE, 100, 75, 0);
    try (SegmentEstimator estimator = new SegmentEstimator(plan, poor, 1, 2, TrackLevel.AS_IT_IS)) {
      estimator.push(new float[2][50], 50);
      assertThatThrownBy(estimator::finish).isInstanceOf(UnsoundEstimateException.class);
    }
  }

  @Test
  void segmentsThatCannotBeAreRefused() {
    Segments spec = spec("spectra");
    assertThatThrownBy(() -> with(spec, 1 << 23, 1))
        .hasMessage("A segment has 8388608 samples. Expected 1 to 4194304.");
    assertThatThrownBy(() -> with(spec, 1000, 1001))
        .hasMessage("Segments of 1000 samples begin every 1001. Expected 16 to 1000.");
    assertThatThrownBy(() -> with(spec, 1000, 15))
        .hasMessage("Segments of 1000 samples begin every 15. Expected 16 to 1000.");
    assertThatThrownBy(() -> with(spec, 32, 8))
        .hasMessage("A segment has 32 samples. Expected more than 32 for an FFT of 64.");
    assertThatThrownBy(() -> with(List.of(Stem.VOCALS, Stem.VOCALS), spec, 1000, 500))
        .hasMessage("The network gives the stems [vocals, vocals]. Expected each once.");
    List<Stem> many = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      many.add(new Stem("s" + i));
    }
    assertThatThrownBy(() -> with(many, spec, 1 << 22, 1 << 22))
        .hasMessage("The stems of a segment are 134217728 numbers. Expected at most 67108864.");
    assertThatThrownBy(() -> with(List.of(Stem.VOCALS), spec, 1 << 22, 1 << 22))
        .hasMessageContaining("numbers. Expected at most 67108864.");
  }

  private static Segments with(Segments spec, int samples, int step) {
    return with(spec.stems(), spec, samples, step);
  }

  private static Segments with(List<Stem> stems, Segments spec, int samples, int step) {
    List<Spectra> dense =
        List.of(new Spectra(64, samples > 1 << 20 ? 1 : 16, Window.HANN, 33, 0, false, false));
    return new Segments(
        stems,
        2,
        spec.sampleRate(),
        samples,
        step,
        0,
        spec.joining(),
        false,
        dense,
        spec.inputs(),
        spec.outputs(),
        1,
        false);
  }

  private static final class FloatValues {
    private final ByteBuffer bytes;

    FloatValues(byte[] content) {
      bytes = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
    }

    float next() {
      return bytes.getFloat();
    }
  }

  private static byte[] resource(String name) throws IOException {
    try (InputStream file = SegmentEstimatorTest.class.getResourceAsStream("/segments/" + name)) {
      return file.readAllBytes();
    }
  }
}
