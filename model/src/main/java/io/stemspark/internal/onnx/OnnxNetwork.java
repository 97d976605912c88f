package io.stemspark.internal.onnx;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtProvider;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import ai.onnxruntime.platform.Fp16Conversions;
import io.stemspark.internal.process.DaemonThreads;
import io.stemspark.internal.process.NativeLibraries;
import io.stemspark.network.NetworkSpec;
import io.stemspark.network.NetworkSpec.Axes;
import io.stemspark.patch.PatchConfig;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
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

  static final ScheduledExecutorService CLOCK = clock();

  private final Duration limit;
  private final OrtEnvironment environment = environment();
  private final OrtSession session;
  private final List<Port> inputs;
  private final List<Port> outputs;
  private final boolean oneByOne;
  private final Deque<Memory> idle = new ConcurrentLinkedDeque<>();

  /** A tensor of the session. */
  private static final class Port {
    private final String name;
    private final long[] shape;
    private final OnnxJavaType type;
    private final int batchAxis;
    private final int size;

    /**
     * @param type floats or half-precision floats
     * @param shape as the file has it, but for the sizes that it leaves open
     * @param batchAxis which axis the batch is: the first, or that after the channels
     * @param size numbers of one in a batch
     */
    Port(String name, OnnxJavaType type, long[] shape, int batchAxis, int size) {
      this.name = name;
      this.type = type;
      this.shape = shape;
      this.batchAxis = batchAxis;
      this.size = size;
    }

    /** Whether it is computed one by one: of several, the channels would lie together. */
    boolean isOne() {
      return batchAxis > 0 || shape[batchAxis] == 1;
    }

    long[] shape(int batch) {
      long[] whole = shape.clone();
      whole[batchAxis] = batch;
      return whole;
    }
  }

  private static ScheduledExecutorService clock() {
    ScheduledThreadPoolExecutor clock =
        new ScheduledThreadPoolExecutor(1, DaemonThreads.named("network-clock"));
    // Without this, a call that has ended would stay in memory until its time was over.
    clock.setRemoveOnCancelPolicy(true);
    return clock;
  }

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
    this.limit = limit;
    try {
      options.setInterOpNumThreads(1);
      // It would guess, and might take the file for its own format, which is not checked.
      options.addConfigEntry("session.load_model_format", "ONNX");
      session = environment.createSession(model, options);
    } catch (OrtException e) {
      throw new IllegalArgumentException("ONNX Runtime refuses the model: " + e.getMessage(), e);
    }
    try {
      inputs = ports("input", session.getInputInfo(), tensors.inputs());
      outputs = ports("output", session.getOutputInfo(), tensors.outputs());
      oneByOne = Stream.concat(inputs.stream(), outputs.stream()).anyMatch(Port::isOne);
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

  /** A size that the model leaves open fits any; the batch must be open or 1. */
  private static List<Port> ports(
      String what, Map<String, NodeInfo> values, List<Tensors.Tensor> expected) {
    List<Port> ports = new ArrayList<>();
    for (Tensors.Tensor tensor : expected) {
      String name =
          tensor.name().isEmpty() && values.size() == 1
              ? values.keySet().iterator().next()
              : tensor.name();
      Port port = values.size() == expected.size() ? port(name, values.get(name), tensor) : null;
      if (port == null) {
        throw new IllegalArgumentException(
            "The model's %s is %s. Expected %s of floats of shape %s (-1: any number)."
                .formatted(
                    what,
                    values.values(),
                    expected.size() == 1
                        ? "one tensor"
                        : "%d tensors, %s".formatted(expected.size(), name),
                    Arrays.toString(tensor.shapes(-1, 0).get(0))));
      }
      ports.add(port);
    }
    return ports;
  }

  private static Port port(String name, NodeInfo node, Tensors.Tensor tensor) {
    if (node == null
        || !(node.getInfo() instanceof TensorInfo info)
        || (info.type != OnnxJavaType.FLOAT && info.type != OnnxJavaType.FLOAT16)) {
      return null;
    }
    long[] shape = info.getShape();
    for (int batchAxis = 0; batchAxis < Math.min(2, shape.length); batchAxis++) {
      long batch = shape[batchAxis];
      for (long[] expected : tensor.shapes(batch, batchAxis)) {
        if ((batch == -1 || batch == 1) && fits(shape, expected)) {
          return new Port(name, info.type, expected, batchAxis, tensor.size());
        }
      }
    }
    return null;
  }

  private static boolean fits(long[] shape, long[] expected) {
    if (shape.length != expected.length) {
      return false;
    }
    for (int i = 0; i < shape.length; i++) {
      if (shape[i] != -1 && shape[i] != expected[i]) {
        return false;
      }
    }
    return true;
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
      memory = new Memory(count, buffers(inputs, count), buffers(outputs, count));
    }
    Map<String, OnnxTensor> in = new LinkedHashMap<>();
    Map<String, OnnxTensor> out = new LinkedHashMap<>();
    try {
      for (int i = 0; i < given.length; i++) {
        memory.input.get(i).put(given[i], first, count);
        in.put(inputs.get(i).name, memory.input.get(i).tensor(environment, count));
      }
      for (int i = 0; i < filled.length; i++) {
        out.put(outputs.get(i).name, memory.output.get(i).tensor(environment, count));
      }
      run(in, out);
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

  /** Ends a call that takes too long: even a graph of plain operators may take for ever. */
  private void run(Map<String, OnnxTensor> given, Map<String, OnnxTensor> filled)
      throws OrtException {
    try (OrtSession.RunOptions options = new OrtSession.RunOptions()) {
      Stop stop = new Stop(options);
      Future<?> alarm = CLOCK.schedule(stop, limit.toNanos(), TimeUnit.NANOSECONDS);
      try {
        session.run(given, Set.of(), filled, options).close();
      } catch (OrtException e) {
        if (stop.isDone()) {
          throw new IllegalStateException(
              "The network takes more than %s seconds for one call."
                  .formatted(
                      BigDecimal.valueOf(limit.toMillis(), 3).stripTrailingZeros().toPlainString()),
              e);
        }
        throw e;
      } finally {
        stop.end();
        alarm.cancel(false);
      }
    }
  }

  /** Tells a call to end, unless it has ended. */
  private static final class Stop implements Runnable {
    private final OrtSession.RunOptions options;
    private boolean ended;
    private boolean done;

    Stop(OrtSession.RunOptions options) {
      this.options = options;
    }

    @Override
    public synchronized void run() {
      if (!ended) {
        done = true;
        try {
          options.setTerminate(true);
        } catch (OrtException e) {
          throw new IllegalStateException(e);
        }
      }
    }

    synchronized void end() {
      ended = true;
    }

    synchronized boolean isDone() {
      return done;
    }
  }

  /** What ONNX Runtime reads from and writes to. There are as many as callers at once. */
  private static final class Memory {
    private final int batch;
    private final List<Values> input;
    private final List<Values> output;

    Memory(int batch, List<Values> input, List<Values> output) {
      this.batch = batch;
      this.input = input;
      this.output = output;
    }
  }

  private static List<Values> buffers(List<Port> ports, int batch) {
    return ports.stream().map(port -> new Values(port, batch)).toList();
  }

  /** The numbers of a tensor, outside the heap. */
  private static final class Values {
    private final Port port;
    private final ByteBuffer bytes;

    Values(Port port, int batch) {
      this.port = port;
      int length = Math.multiplyExact(Math.multiplyExact(batch, port.size), port.type.size);
      this.bytes = ByteBuffer.allocateDirect(length).order(ByteOrder.nativeOrder());
    }

    private boolean isHalf() {
      return port.type == OnnxJavaType.FLOAT16;
    }

    OnnxTensor tensor(OrtEnvironment environment, int count) throws OrtException {
      ByteBuffer some =
          bytes.slice(0, count * port.size * port.type.size).order(ByteOrder.nativeOrder());
      return OnnxTensor.createTensor(environment, some, port.shape(count), port.type);
    }

    /** Takes some of a batch out of an array that holds all of it. */
    void put(float[] all, int first, int count) {
      int from = first * port.size;
      if (isHalf()) {
        for (int i = 0; i < count * port.size; i++) {
          bytes.putShort(i * Short.BYTES, Fp16Conversions.floatToFp16(all[from + i]));
        }
      } else {
        bytes.asFloatBuffer().put(0, all, from, count * port.size);
      }
    }

    void get(float[] all, int first, int count) {
      int from = first * port.size;
      if (isHalf()) {
        for (int i = 0; i < count * port.size; i++) {
          all[from + i] = Fp16Conversions.fp16ToFloat(bytes.getShort(i * Short.BYTES));
        }
      } else {
        bytes.asFloatBuffer().get(0, all, from, count * port.size);
      }
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
