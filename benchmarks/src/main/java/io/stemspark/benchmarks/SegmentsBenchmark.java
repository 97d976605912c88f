package io.stemspark.benchmarks;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.stemspark.audio.AudioFormat;
import io.stemspark.audio.AudioReader;
import io.stemspark.audio.Tags;
import io.stemspark.bundle.ModelBundle;
import io.stemspark.internal.audio.Waveform;
import io.stemspark.internal.onnx.InferenceSettings;
import io.stemspark.internal.onnx.Network;
import io.stemspark.internal.onnx.OnnxNetwork;
import io.stemspark.internal.onnx.Tensors;
import io.stemspark.internal.separation.NetworkLoader;
import io.stemspark.internal.separation.SeparationEngine;
import io.stemspark.network.NetworkSpec;
import io.stemspark.network.Precision;
import io.stemspark.separation.OutputConfig;
import io.stemspark.separation.SeparationConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;

/**
 * Other people's networks on one thread: how much of a separation is ONNX Runtime's own time. The
 * yardstick runs the same session as often as the separation does, with its tensors in native
 * memory, and does nothing else.
 */
public final class SegmentsBenchmark {
  private static final int SECONDS = 30;
  private static final int WARMUPS = 1;
  private static final int ROUNDS = 3;

  private SegmentsBenchmark() {}

  public static void main(String[] arguments) throws IOException {
    if (arguments.length == 0) {
      throw new IllegalArgumentException("Name bundles of one network each.");
    }
    System.out.println(Machine.describe());
    System.out.println(
        """

        | bundle | network runs | ONNX Runtime alone, ms per second | separation, ms per second | ratio |
        |---|---:|---:|---:|---:|""");
    LoopedDemo demo = new LoopedDemo(Path.of(System.getProperty("stemspark.root")));
    Waveform track = demo.track("mixture", SECONDS);
    for (String bundle : arguments) {
      System.out.println(row(Path.of(bundle), track));
    }
  }

  private static String row(Path file, Waveform track) throws IOException {
    ModelBundle bundle = ModelBundle.readForInference(file);
    NetworkSpec spec = bundle.manifest().members().get(0).network();
    SeparationConfig config =
        SeparationConfig.standard()
            .withOutput(OutputConfig.unrounded())
            .of(bundle.manifest().stems());
    InferenceSettings runtime = InferenceSettings.oneThread(Precision.FLOAT);
    try (Counted network = new Counted(NetworkLoader.load(bundle, runtime));
        RawSession raw = new RawSession(bundle.onnx(), Tensors.of(spec))) {
      SeparationEngine engine = SeparationEngine.of(bundle, List.of(network), config);
      separate(engine, track);
      int runs = network.runs;
      List<Timing> timings =
          RoundRobin.measure(
              List.of(
                  Contestant.alone("raw", () -> raw.run(runs)),
                  Contestant.against("raw", "separation", () -> separate(engine, track))),
              WARMUPS,
              ROUNDS);
      return String.format(
          Locale.ROOT,
          "| %s | %d | %.1f | %.1f | %.3f |",
          file.getFileName(),
          runs,
          timings.get(0).milliseconds() / SECONDS,
          timings.get(1).milliseconds() / SECONDS,
          1 / timings.get(1).ratio().orElseThrow());
    }
  }

  private static void separate(SeparationEngine engine, Waveform track) {
    try {
      engine.separate(
          new ClipReader(track), () -> new ClipReader(track), (stems, position, length) -> {});
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Reads a clip that is in memory. */
  private static final class ClipReader implements AudioReader {
    private final Waveform clip;
    private int position;

    ClipReader(Waveform clip) {
      this.clip = clip;
    }

    @Override
    public AudioFormat format() {
      return clip.format();
    }

    @Override
    public Tags tags() {
      return Tags.NONE;
    }

    @Override
    public long expectedSamples() {
      return clip.length();
    }

    @Override
    public List<String> repairs() {
      return List.of();
    }

    @Override
    public int read(float[][] into) {
      int length = Math.min(into[0].length, clip.length() - position);
      for (int c = 0; c < into.length; c++) {
        System.arraycopy(clip.channel(c), position, into[c], 0, length);
      }
      position += length;
      return length == 0 ? -1 : length;
    }

    @Override
    public void close() {}
  }

  /** Counts runs of a network. */
  private static final class Counted implements Network {
    private final Network network;
    private int runs;

    Counted(Network network) {
      this.network = network;
    }

    @Override
    public void run(float[] input, int batch, float[] output) {
      runs += batch;
      network.run(input, batch, output);
    }

    @Override
    public void run(float[][] inputs, float[][] outputs) {
      runs++;
      network.run(inputs, outputs);
    }

    @Override
    public void close() {
      network.close();
    }
  }

  /** A session with noise for its inputs. */
  private static final class RawSession implements AutoCloseable {
    private final OrtSession session;
    private final Map<String, OnnxTensor> inputs = new LinkedHashMap<>();

    RawSession(byte[] model, Tensors tensors) {
      OrtEnvironment environment = OnnxNetwork.environment();
      try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
        options.setIntraOpNumThreads(1);
        options.setInterOpNumThreads(1);
        session = environment.createSession(model, options);
        List<String> names = new ArrayList<>(session.getInputNames());
        for (Tensors.Tensor tensor : tensors.inputs()) {
          String name = tensor.name().isEmpty() ? names.get(0) : tensor.name();
          inputs.put(name, noise(environment, tensor));
        }
      } catch (OrtException e) {
        throw new IllegalStateException("ONNX Runtime refuses the model: " + e.getMessage(), e);
      }
    }

    private static OnnxTensor noise(OrtEnvironment environment, Tensors.Tensor tensor)
        throws OrtException {
      FloatBuffer values =
          ByteBuffer.allocateDirect(Float.BYTES * tensor.size())
              .order(ByteOrder.nativeOrder())
              .asFloatBuffer();
      Random random = new Random(1);
      for (int i = 0; i < values.capacity(); i++) {
        values.put(i, (float) random.nextGaussian());
      }
      long[] shape =
          LongStream.concat(LongStream.of(1), tensor.sizes().stream().mapToLong(size -> size))
              .toArray();
      return OnnxTensor.createTensor(environment, values, shape);
    }

    void run(int times) {
      try {
        for (int i = 0; i < times; i++) {
          session.run(inputs).close();
        }
      } catch (OrtException e) {
        throw new IllegalStateException("ONNX Runtime failed: " + e.getMessage(), e);
      }
    }

    @Override
    public void close() {
      inputs.values().forEach(OnnxTensor::close);
      try {
        session.close();
      } catch (OrtException e) {
        throw new IllegalStateException("ONNX Runtime does not close: " + e.getMessage(), e);
      }
    }
  }
}
