package io.stemspark.internal.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtProvider;
import ai.onnxruntime.OrtSession;
import io.stemspark.internal.process.NativeLibraries;
import io.stemspark.network.NetworkSpec;
import io.stemspark.network.NetworkSpec.Axes;
import io.stemspark.patch.PatchConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.stream.Stream;

/** Runs an ONNX model in ONNX Runtime. */
public final class OnnxNetwork implements Network {
  static final String NATIVE_PATH = "onnxruntime.native.path";
  private static final List<String> LIBRARIES =
      Stream.of(
              "onnxruntime",
              "onnxruntime4j_jni",
              "onnxruntime_providers_shared",
              "onnxruntime_providers_cuda",
              "onnxruntime_providers_tensorrt")
          .flatMap(name -> Stream.of("lib" + name + ".so", "lib" + name + ".dylib"))
          .toList();

  static {
    // Before any class of ONNX Runtime loads it from wherever it finds it.
    if (System.getProperty(NATIVE_PATH) == null) {
      Path folder =
          NativeLibraries.unpack(
              OrtProvider.class, "/ai/onnxruntime/native/" + platform(), LIBRARIES);
      System.setProperty(NATIVE_PATH, folder.toString());
    }
  }

  /** Time for a call of some patches, which takes seconds on the slowest network and processor. */
  private static final Duration LIMIT = Duration.ofMinutes(10);

  private final CallLimit limit;
  private final OrtEnvironment environment = environment();
  private final OrtSession session;
  private final List<OnnxPort> inputs;
  private final List<OnnxPort> outputs;
  private final boolean oneByOne;
  private final Deque<Memory> idle = new ConcurrentLinkedDeque<>();

  /**
   * ONNX Runtime, loaded from a folder that only this user can write to. It prints almost nothing:
   * its log repeats names out of the model, and what matters comes as an exception.
   */
  public static OrtEnvironment environment() {
    return OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL, "stemspark");
  }

  /** The version of ONNX Runtime. */
  public static String version() {
    return environment().getVersion();
  }

  static Path library() {
    return Path.of(System.getProperty(NATIVE_PATH), System.mapLibraryName("onnxruntime"));
  }

  private static String platform() {
    boolean mac = System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("mac");
    boolean arm = System.getProperty("os.arch").equals("aarch64");
    return (mac ? "osx" : "linux") + (arm ? "-aarch64" : "-x64");
  }

  private OnnxNetwork(
      byte[] model, Tensors tensors, OrtSession.SessionOptions options, Duration limit) {
    this.limit = new CallLimit(limit);
    try {
      options.setInterOpNumThreads(1);
      // It would guess, and might take the file for its own format, which is not checked.
      options.addConfigEntry("session.load_model_format", "ONNX");
      session = MappedModel.load(environment, model, options);
    } catch (OrtException e) {
      throw new IllegalArgumentException("ONNX Runtime refuses the model: " + e.getMessage(), e);
    }
    try {
      inputs = OnnxPort.of("input", session.getInputInfo(), tensors.inputs());
      outputs = OnnxPort.of("output", session.getOutputInfo(), tensors.outputs());
      oneByOne = Stream.concat(inputs.stream(), outputs.stream()).anyMatch(OnnxPort::isOne);
    } catch (OrtException | IllegalArgumentException e) {
      close();
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  /**
   * Loads a model to run on the processor.
   *
   * @param model an ONNX file's bytes
   * @param threads threads, the caller's own among them, that calls share; 1 where each caller is
   *     to do its own work
   * @throws IllegalArgumentException when the model is damaged or has other inputs and outputs
   */
  public static OnnxNetwork onCpu(byte[] model, NetworkSpec spec, int threads) {
    return onCpu(model, Tensors.of(spec), threads, LIMIT);
  }

  /** The same on one thread. */
  static OnnxNetwork onCpu(byte[] model, Tensors tensors) {
    return onCpu(model, tensors, 1, LIMIT);
  }

  /**
   * The same with another limit.
   *
   * @param limit time that a call may take
   */
  static OnnxNetwork onCpu(byte[] model, Tensors tensors, int threads, Duration limit) {
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(threads);
      return new OnnxNetwork(model, tensors, options, limit);
    } catch (OrtException e) {
      throw new IllegalStateException("ONNX Runtime failed: " + e.getMessage(), e);
    }
  }

  /**
   * Loads a model to run on an NVIDIA GPU.
   *
   * @param device the GPU's number among those that CUDA shows
   * @throws IllegalStateException when the GPU cannot be used
   */
  public static OnnxNetwork onCuda(byte[] model, NetworkSpec spec, int device) {
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.addCUDA(device);
      return new OnnxNetwork(model, Tensors.of(spec), options, LIMIT);
    } catch (OrtException e) {
      IllegalStateException failure =
          new IllegalStateException(
              "CUDA device %d cannot be used. ONNX Runtime needs a build with -Pcuda, CUDA 12, cuDNN 9"
                      .formatted(device)
                  + " and a GPU (docs/how-to/gpu.md). It says: "
                  + e.getMessage());
      failure.addSuppressed(e); // as a cause it would be shown instead
      throw failure;
    }
  }

  /**
   * The size of a network's patch.
   *
   * @param frames null for what the model says
   * @param bins null for what the model says
   * @throws IllegalArgumentException when the model leaves open what is not given, or is no model
   */
  public static PatchConfig patch(byte[] model, Axes axes, Integer frames, Integer bins) {
    List<Long> shape =
        OnnxSignature.of(model).inputs().values().stream().findFirst().orElse(List.of());
    if (shape.size() != 4) {
      throw new IllegalArgumentException(
          "The network's input has the shape %s. Expected the four axes batch, channel, frame and bin."
              .formatted(shape));
    }
    long ownFrames = shape.get(axes == Axes.FRAMES_BINS ? 2 : 3);
    long ownBins = shape.get(axes == Axes.FRAMES_BINS ? 3 : 2);
    return new PatchConfig(side("frames", frames, ownFrames), side("bins", bins, ownBins));
  }

  private static int side(String name, Integer given, long own) {
    if (given == null && own < 1) {
      throw new IllegalArgumentException(
          "The network leaves open how many %s a patch has. Name their number.".formatted(name));
    }
    if (given == null && own > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "The network has %d %s. Expected fewer.".formatted(own, name));
    }
    return given == null ? (int) own : given;
  }

  /** Whether the program was built to use NVIDIA GPUs. */
  public static boolean hasCuda() {
    return OrtEnvironment.getAvailableProviders().contains(OrtProvider.CUDA);
  }

  @Override
  public void run(float[] input, int batch, float[] output) {
    int step = oneByOne ? 1 : batch;
    for (int first = 0; first < batch; first += step) {
      run(new float[][] {input}, new float[][] {output}, first, step);
    }
  }

  @Override
  public void run(float[][] given, float[][] filled) {
    run(given, filled, 0, 1);
  }

  /** Computes some of a batch: the arrays hold all of it. */
  private void run(float[][] given, float[][] filled, int first, int count) {
    Memory memory = idle.pollFirst();
    if (memory == null || memory.batch < count) {
      memory = new Memory(count, inputs, outputs);
    }
    Map<String, OnnxTensor> in = new LinkedHashMap<>();
    Map<String, OnnxTensor> out = new LinkedHashMap<>();
    try {
      for (int i = 0; i < given.length; i++) {
        memory.input.get(i).put(given[i], first, count);
        in.put(inputs.get(i).name(), memory.input.get(i).tensor(environment, count));
      }
      for (int i = 0; i < filled.length; i++) {
        out.put(outputs.get(i).name(), memory.output.get(i).tensor(environment, count));
      }
      limit.run(session, in, out);
      for (int i = 0; i < filled.length; i++) {
        memory.output.get(i).get(filled[i], first, count);
      }
    } catch (OrtException e) {
      throw new IllegalStateException("ONNX Runtime failed: " + e.getMessage(), e);
    } finally {
      in.values().forEach(OnnxTensor::close);
      out.values().forEach(OnnxTensor::close);
      idle.addFirst(memory);
    }
  }

  /** What ONNX Runtime reads from and writes to. There are as many as callers at once. */
  private static final class Memory {
    private final int batch;
    private final List<OnnxValues> input;
    private final List<OnnxValues> output;

    Memory(int batch, List<OnnxPort> inputs, List<OnnxPort> outputs) {
      this.batch = batch;
      this.input = inputs.stream().map(port -> new OnnxValues(port, batch)).toList();
      this.output = outputs.stream().map(port -> new OnnxValues(port, batch)).toList();
    }
  }

  @Override
  public void close() {
    try {
      session.close();
    } catch (OrtException e) {
      throw new IllegalStateException("ONNX Runtime does not close: " + e.getMessage(), e);
    }
  }
}
