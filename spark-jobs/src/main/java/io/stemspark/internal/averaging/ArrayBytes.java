package io.stemspark.internal.averaging;

import java.io.Externalizable;
import java.io.IOException;
import java.io.ObjectInput;
import java.io.ObjectOutput;
import java.lang.ref.Reference;
import java.util.Set;
import org.bytedeco.javacpp.BytePointer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * An array on its way to another process: data type, shape, and its elements row by row in the
 * machine's byte order.
 */
final class ArrayBytes implements Externalizable {
  private static final long serialVersionUID = 1;

  private static final Set<DataType> TYPES = Set.of(DataType.FLOAT, DataType.DOUBLE);
  private static final int BLOCK = 1 << 16;
  private static final boolean IN_MAIN_MEMORY = Nd4j.getEnvironment().isCPU();

  private transient INDArray array;

  /** For deserialization. */
  public ArrayBytes() {}

  ArrayBytes(INDArray array) {
    this.array = array;
  }

  /** Whether an array's elements are numbers that this process can get at. */
  static boolean canHold(INDArray array) {
    return IN_MAIN_MEMORY && TYPES.contains(array.dataType()) && !array.isEmpty();
  }

  @Override
  public void writeExternal(ObjectOutput out) throws IOException {
    INDArray rows = array.ordering() == 'c' && !array.isView() ? array : array.dup('c');
    out.writeUTF(rows.dataType().name());
    out.writeInt(rows.rank());
    for (long side : rows.shape()) {
      out.writeLong(side);
    }
    eachBlock(
        rows,
        (bytes, block, length) -> {
          bytes.get(block, 0, length);
          out.write(block, 0, length);
        });
  }

  @Override
  public void readExternal(ObjectInput in) throws IOException {
    DataType type = DataType.valueOf(in.readUTF());
    long[] shape = new long[in.readInt()];
    for (int i = 0; i < shape.length; i++) {
      shape[i] = in.readLong();
    }
    array = Nd4j.createUninitialized(type, shape, 'c');
    eachBlock(
        array,
        (bytes, block, length) -> {
          in.readFully(block, 0, length);
          bytes.put(block, 0, length);
        });
  }

  @FunctionalInterface
  private interface Transfer {
    void pass(BytePointer bytes, byte[] block, int length) throws IOException;
  }

  private static void eachBlock(INDArray array, Transfer transfer) throws IOException {
    byte[] block = new byte[BLOCK];
    long size = array.length() * array.dataType().width();
    // The array's own memory: closing the pointer, or losing the array, would free it.
    BytePointer bytes = new BytePointer(array.data().addressPointer());
    try {
      for (long at = 0; at < size; at += BLOCK) {
        transfer.pass(bytes.position(at), block, (int) Math.min(BLOCK, size - at));
      }
    } finally {
      Reference.reachabilityFence(array);
    }
  }

  private Object readResolve() {
    return array;
  }
}
