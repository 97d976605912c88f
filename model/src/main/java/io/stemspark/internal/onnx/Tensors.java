package io.stemspark.internal.onnx;

import io.stemspark.network.NetworkSpec;
import io.stemspark.network.NetworkSpec.Patches;
import io.stemspark.network.NetworkSpec.Segments;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The tensors that a network takes and gives. Their first axis is the batch.
 *
 * @param batches whether several may be computed at once
 * @param magnitudes whether its input is never negative
 * @param inputScale about how large the numbers are that it takes
 * @param outputScale factor on those that it gives
 */
public record Tensors(
    List<Tensor> inputs,
    List<Tensor> outputs,
    boolean batches,
    boolean magnitudes,
    double inputScale,
    double outputScale) {

  /**
   * A tensor.
   *
   * @param name in the file; empty for the only one
   * @param sizes of its axes, without the batch
   * @param merged whether the file may have one axis for the first two
   */
  public record Tensor(String name, List<Integer> sizes, boolean merged) {
    /** Numbers that it holds. */
    public int size() {
      return sizes.stream().reduce(1, Math::multiplyExact);
    }

    /**
     * Shapes that a file may give it.
     *
     * @param batchAxis which axis the batch is
     */
    List<long[]> shapes(long batch, int batchAxis) {
      List<long[]> shapes = new ArrayList<>();
      shapes.add(shape(batch, batchAxis, sizes));
      if (merged) {
        List<Integer> less = new ArrayList<>(sizes.subList(1, sizes.size()));
        less.set(0, sizes.get(0) * sizes.get(1));
        shapes.add(shape(batch, batchAxis, less));
      }
      return shapes;
    }

    private static long[] shape(long batch, int batchAxis, List<Integer> sizes) {
      List<Long> shape = new ArrayList<>(sizes.stream().map(Integer::longValue).toList());
      shape.add(batchAxis, batch);
      return shape.stream().mapToLong(Long::longValue).toArray();
    }
  }

  /** The tensors of a network. */
  public static Tensors of(NetworkSpec spec) {
    return spec instanceof Segments segments ? of(segments) : of((Patches) spec);
  }

  private static Tensors of(Patches spec) {
    return new Tensors(
        List.of(new Tensor("", sizes(spec.inputShape(1)), false)),
        List.of(new Tensor("", sizes(spec.outputShape(1)), false)),
        true,
        spec.input() == NetworkSpec.Input.MAGNITUDE,
        spec.inputScale(),
        spec.outputScale());
  }

  private static List<Integer> sizes(long[] shape) {
    return Arrays.stream(shape).skip(1).mapToObj(Math::toIntExact).toList();
  }

  private static Tensors of(Segments spec) {
    return new Tensors(
        spec.inputs().stream()
            .map(tensor -> new Tensor(tensor.name(), spec.sizes(tensor.content()), false))
            .toList(),
        spec.outputs().stream().map(tensor -> output(spec, tensor)).toList(),
        false,
        false,
        1,
        spec.gain());
  }

  private static Tensor output(Segments spec, NetworkSpec.Tensor tensor) {
    List<Integer> sizes = new ArrayList<>(spec.sizes(tensor.content()));
    sizes.add(0, spec.stems().size());
    return new Tensor(tensor.name(), sizes, true);
  }

  void write(DataOutput out) throws IOException {
    for (List<Tensor> tensors : List.of(inputs, outputs)) {
      out.writeInt(tensors.size());
      for (Tensor tensor : tensors) {
        out.writeUTF(tensor.name);
        out.writeInt(tensor.sizes.size());
        for (int size : tensor.sizes) {
          out.writeInt(size);
        }
        out.writeBoolean(tensor.merged);
      }
    }
    out.writeBoolean(batches);
    out.writeBoolean(magnitudes);
    out.writeDouble(inputScale);
    out.writeDouble(outputScale);
  }

  static Tensors read(DataInput in) throws IOException {
    return new Tensors(
        tensors(in),
        tensors(in),
        in.readBoolean(),
        in.readBoolean(),
        in.readDouble(),
        in.readDouble());
  }

  private static List<Tensor> tensors(DataInput in) throws IOException {
    List<Tensor> tensors = new ArrayList<>();
    for (int left = in.readInt(); left > 0; left--) {
      String name = in.readUTF();
      List<Integer> sizes = new ArrayList<>();
      for (int axes = in.readInt(); axes > 0; axes--) {
        sizes.add(in.readInt());
      }
      tensors.add(new Tensor(name, sizes, in.readBoolean()));
    }
    return tensors;
  }
}
