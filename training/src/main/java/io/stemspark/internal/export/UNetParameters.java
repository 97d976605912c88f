package io.stemspark.internal.export;

import io.stemspark.network.UNetConfig;
import io.stemspark.network.UNetConfig.Fold;
import io.stemspark.unet.UNet;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.stream.LongStream;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * The U-Net's parameters: names, shapes and order. All engines keep them in one flat array of this
 * layout, each parameter row by row, so that weights and updater states of one engine fit the
 * other. The ONNX model and the bundle are made from that array.
 */
public final class UNetParameters {
  private final List<Parameter> all = new ArrayList<>();
  private long length;

  /** The parameters of a network. */
  public UNetParameters(UNetConfig config) {
    UNet.forward(config, new Collector(), 0);
  }

  /** Records each layer's parameters. What passes on is how often a side has been halved. */
  private final class Collector implements UNet.Layers<Integer> {
    @Override
    public Integer fold(String name, Integer level, Fold fold) {
      return level;
    }

    @Override
    public Integer unfold(String name, Integer level, Fold fold) {
      return level;
    }

    @Override
    public Integer convolution(String name, Integer level, int in, int out) {
      add(name, level, Kind.WEIGHT, out, in, 3, 3);
      return level;
    }

    @Override
    public Integer batchNorm(String name, Integer level, int features) {
      for (Kind kind : List.of(Kind.GAMMA, Kind.BETA, Kind.MEAN, Kind.VARIANCE)) {
        add(name, level, kind, features);
      }
      return level;
    }

    @Override
    public Integer relu(String name, Integer level) {
      return level;
    }

    @Override
    public Integer maxPool(String name, Integer level) {
      return level + 1;
    }

    @Override
    public Integer upConvolution(String name, Integer level, int in, int out) {
      add(name, level - 1, Kind.BIAS, out);
      add(name, level - 1, Kind.WEIGHT, in, out, 2, 2);
      return level - 1;
    }

    @Override
    public Integer concatenate(String name, Integer level, Integer skip) {
      return level;
    }

    @Override
    public Integer mask(String name, Integer level, int in, int out) {
      add(name, level, Kind.BIAS, out);
      add(name, level, Kind.WEIGHT, out, in, 1, 1);
      return level;
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
   * A parameter: a part of the flat array.
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

    /** This parameter's part of a flat array, in its shape; it shares memory. */
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

  /** Those that follow a gradient. */
  public List<Parameter> learned() {
    return all.stream().filter(parameter -> parameter.kind().learned()).toList();
  }

  /** Those that follow the batches: running means and variances. */
  public List<Parameter> statistics() {
    return all.stream().filter(parameter -> !parameter.kind().learned()).toList();
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
        .orElseThrow(
            () -> new NoSuchElementException("The layer %s has no %s.".formatted(layer, kind)));
  }
}
