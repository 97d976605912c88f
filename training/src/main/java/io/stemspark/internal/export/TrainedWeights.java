package io.stemspark.internal.export;

import io.stemspark.bundle.BundleException;
import io.stemspark.bundle.ModelBundle;
import io.stemspark.bundle.Origin;
import io.stemspark.network.Stem;
import io.stemspark.network.UNetConfig;
import io.stemspark.patch.PatchConfig;
import io.stemspark.spectrogram.StftConfig;
import io.stemspark.unet.UNetGraph;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.NoOp;

/**
 * Reads and writes weights as bytes: the graph's flat parameters and, in checkpoints, its updater's
 * flat state. In bundles that is the entry {@code unet.dl4j}, with no state: whoever trains a
 * bundle's network further begins with fresh moments.
 *
 * <p>Little-endian: the number of parameters (int64), the parameters (float32), the length of the
 * updater's state (int64), the state (float32). Deeplearning4j's own format is not used, because it
 * names Java classes to instantiate.
 */
public final class TrainedWeights {
  /** The most that fit where the updater keeps two numbers for each, as Adam does. */
  private static final long MAX_PARAMETERS =
      (ModelBundle.MAX_ENTRY_BYTES - 2 * Long.BYTES) / (3 * Float.BYTES);

  private static final String PARAMETERS = "parameters";

  private TrainedWeights() {}

  /**
   * Checks that a network's parameters fit into a bundle, and with its updater into a checkpoint.
   *
   * @throws IllegalArgumentException when it has too many parameters
   */
  public static void requireEncodable(UNetConfig unet) {
    long parameters = new UNetParameters(unet).length();
    if (parameters > MAX_PARAMETERS) {
      throw new IllegalArgumentException(
          "stemspark.unet.features = %s makes %d parameters. Expected at most %d."
              .formatted(unet.features(), parameters, MAX_PARAMETERS));
    }
  }

  /**
   * Packs a trained network: what inference runs, and its weights.
   *
   * @param stems whose masks it gives
   */
  public static ModelBundle pack(
      StftConfig stft,
      PatchConfig patch,
      List<Stem> stems,
      Origin.Fitted origin,
      Map<String, Double> metrics,
      ComputationGraph network) {
    byte[] onnx = OnnxExport.export(network, origin.unet(), patch);
    byte[] weights = encode(parameters(network), new float[0]);
    return ModelBundle.fitted(stft, patch, stems, origin, metrics, onnx, weights);
  }

  /**
   * The Deeplearning4j graph with a bundle's weights.
   *
   * @throws BundleException when the network was trained elsewhere or its weights do not fit
   */
  public static ComputationGraph graph(ModelBundle bundle) throws BundleException {
    if (!(bundle.manifest().origin() instanceof Origin.Fitted fitted)
        || bundle.weights().isEmpty()) {
      throw new BundleException("A network that was fitted elsewhere has no Deeplearning4j graph.");
    }
    byte[] weights = bundle.weights().get();
    // Checked before a graph of that size is made.
    count(littleEndian(weights), new UNetParameters(fitted.unet()).length(), PARAMETERS);
    ComputationGraph graph =
        UNetGraph.create(fitted.unet(), bundle.manifest().patch(), new NoOp(), 0, DataType.FLOAT);
    decode(weights, graph);
    return graph;
  }

  /**
   * Reads the weights that a bundle holds for further training, if it does.
   *
   * @throws BundleException when they do not fit its network, or are not all finite
   */
  public static void requireSound(ModelBundle bundle) throws BundleException {
    if (bundle.weights().isPresent()) {
      double sum = graph(bundle).params().sumNumber().doubleValue();
      if (!Double.isFinite(sum)) {
        throw new BundleException(
            ModelBundle.WEIGHTS + " holds weights that are not finite numbers.");
      }
    }
  }

  /** The bytes of a network and its updater in single precision. */
  public static byte[] encode(ComputationGraph network) {
    INDArray updater = network.getUpdater().getStateViewArray();
    float[] state =
        updater == null ? new float[0] : updater.castTo(DataType.FLOAT).dup('c').data().asFloat();
    return encode(parameters(network), state);
  }

  private static float[] parameters(ComputationGraph network) {
    return network.params().castTo(DataType.FLOAT).dup('c').data().asFloat();
  }

  private static byte[] encode(float[] parameters, float[] state) {
    byte[] bytes = new byte[16 + 4 * (parameters.length + state.length)];
    ByteBuffer into = littleEndian(bytes);
    put(into, parameters);
    put(into, state);
    return bytes;
  }

  /**
   * Sets the parameters of a network of the same shape, and its updater's state. The state is not
   * read where the updater keeps none, as one for inference alone.
   */
  public static void decode(byte[] encoded, ComputationGraph network) throws BundleException {
    ByteBuffer bytes = littleEndian(encoded);
    network.setParams(array(bytes, network.numParams(), PARAMETERS));
    INDArray state = network.getUpdater().getStateViewArray();
    if (state == null) {
      return;
    }
    INDArray read = array(bytes, state.length(), "updater values");
    state.assign(read.reshape(state.shape()));
    if (bytes.hasRemaining()) {
      throw new BundleException(
          "%s has %d bytes too many.".formatted(ModelBundle.WEIGHTS, bytes.remaining()));
    }
  }

  private static void put(ByteBuffer bytes, float[] values) {
    bytes.putLong(values.length);
    bytes.asFloatBuffer().put(values);
    bytes.position(bytes.position() + 4 * values.length);
  }

  private static INDArray array(ByteBuffer bytes, long expected, String what)
      throws BundleException {
    float[] values = new float[count(bytes, expected, what)];
    bytes.asFloatBuffer().get(values);
    bytes.position(bytes.position() + 4 * values.length);
    return Nd4j.createFromArray(values).reshape(1, values.length);
  }

  /** Reads how many numbers follow, and checks that they are there. */
  private static int count(ByteBuffer bytes, long expected, String what) throws BundleException {
    long count = bytes.remaining() < 8 ? -1 : bytes.getLong();
    if (count != expected || bytes.remaining() < 4 * count) {
      throw new BundleException(
          "%s holds %d %s, but the manifest's network has %d."
              .formatted(ModelBundle.WEIGHTS, count, what, expected));
    }
    return Math.toIntExact(count);
  }

  private static ByteBuffer littleEndian(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
