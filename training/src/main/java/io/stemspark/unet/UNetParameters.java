package io.stemspark.unet;

import io.stemspark.network.UNetConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.stream.LongStream;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * The U-Net's parameters: names, shapes and order. All engines keep them in one flat array that is
 * laid out as said here, each array row by row, so that weights and updater states of one fit the
 * other; the ONNX model and the bundle are made of that array.
 */
public final class UNetParameters {
  private static final int KERNEL = 3;

  private final List<Parameter> all = new ArrayList<>();
  private long length;

  public UNetParameters(UNetConfig config) {
    int channels = config.inChannels();
    for (int level = 0; level < config.levels(); level++) {
      int features = config.features().get(level);
      addConvBlock(UNet.encoder(level), level, channels, features);
      channels = features;
    }
    addConvBlock(UNet.bottleneck(), config.levels(), channels, config.bottleneck());
    channels = config.bottleneck();
    for (int level = config.levels() - 1; level >= 0; level--) {
      int features = config.features().get(level);
      add(UNet.up(level), level, Kind.BIAS, features);
      add(UNet.up(level), level, Kind.WEIGHT, channels, features, 2, 2);
      addConvBlock(UNet.decoder(level), level, 2 * features, features);
      channels = features;
    }
    add(UNet.MASK, 0, Kind.BIAS, config.outChannels());
    add(UNet.MASK, 0, Kind.WEIGHT, config.outChannels(), channels, 1, 1);
  }

  private void addConvBlock(String block, int level, int in, int out) {
    for (int i = 1; i <= 2; i++) {
      add(UNet.convolution(block, i), level, Kind.WEIGHT, out, i == 1 ? in : out, KERNEL, KERNEL);
      for (Kind kind : List.of(Kind.GAMMA, Kind.BETA, Kind.MEAN, Kind.VARIANCE)) {
        add(UNet.norm(block, i), level, kind, out);
      }
    }
  }

  private void add(String layer, int level, Kind kind, long... shape) {
    Parameter parameter =
        new Parameter(layer, level, kind, LongStream.of(shape).boxed().toList(), length);
    all.add(parameter);
    length += parameter.size();
  }

  /** What a parameter is to its layer. */
  public enum Kind {
    WEIGHT("W", "weight"),
    BIAS("b", "bias"),
    GAMMA("gamma", "weight"),
    BETA("beta", "bias"),
    MEAN("mean", "running_mean"),
    VARIANCE("var", "running_var");

    private final String key;
    private final String torchName;

    Kind(String key, String torchName) {
      this.key = key;
      this.torchName = torchName;
    }

    /** Whether it follows a gradient; running statistics follow the batches. */
    public boolean learned() {
      return this != MEAN && this != VARIANCE;
    }
  }

  /**
   * An array of the flat array.
   *
   * @param layer for example {@code encoder0.conv1}
   * @param level how often frames and bins have been halved where the layer's output is
   * @param offset index of its first element
   */
  public record Parameter(String layer, int level, Kind kind, List<Long> shape, long offset) {
    /** Number of elements. */
    public long size() {
      return shape.stream().reduce(1L, Math::multiplyExact);
    }

    /** Its name in the graph that ND4J computes, for example {@code encoder0.conv1_W}. */
    public String key() {
      return layer + "_" + kind.key;
    }

    /** Its name in libtorch, for example {@code encoder0.conv1.weight}. */
    public String torchName() {
      return layer + "." + kind.torchName;
    }

    /** The part of a flat array that is this one, in its shape; shares memory. */
    public INDArray of(INDArray flat) {
      return flat.reshape(flat.length())
          .get(NDArrayIndex.interval(offset, offset + size()))
          .reshape('c', shape.stream().mapToLong(side -> side).toArray());
    }
  }

  /** In the order of the flat array. */
  public List<Parameter> all() {
    return List.copyOf(all);
  }

  /** Elements of the flat array. */
  public long length() {
    return length;
  }

  /**
   * One of them.
   *
   * @throws NoSuchElementException when the layer has none of that kind
   */
  public Parameter get(String layer, Kind kind) {
    return all.stream()
        .filter(p -> p.layer().equals(layer) && p.kind() == kind)
        .findFirst()
        .orElseThrow(() -> new NoSuchElementException(layer + " has no " + kind));
  }
}
