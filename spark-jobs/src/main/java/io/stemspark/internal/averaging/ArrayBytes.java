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
    byte[] block = new byte[BLOCK];
    try {
      BytePointer bytes = bytes(rows);
      for (long at = 0; at < bytes.limit(); at += BLOCK) {
        int n = (int) Math.min(BLOCK, bytes.limit() - at);
        bytes.position(at).get(block, 0, n);
        out.write(block, 0, n);
      }
    } finally {
      Reference.reachabilityFence(rows);
    }
  }

  @Override
  public void readExternal(ObjectInput in) throws IOException {
    DataType type = DataType.valueOf(in.readUTF());
    long[] shape = new long[in.readInt()];
    for (int i = 0; i < shape.length; i++) {
      shape[i] = in.readLong();
    }
    array = Nd4j.createUninitialized(type, shape, 'c');
    byte[] block = new byte[BLOCK];
    try {
      BytePointer bytes = bytes(array);
      for (long at = 0; at < bytes.limit(); at += BLOCK) {
        int n = (int) Math.min(BLOCK, bytes.limit() - at);
        in.readFully(block, 0, n);
        bytes.position(at).put(block, 0, n);
      }
    } finally {
      Reference.reachabilityFence(array);
    }
  }

  /** The array's own memory: closing the pointer, or losing the array, would free it. */
  private static BytePointer bytes(INDArray array) {
    long size = array.length() * array.dataType().width();
    return new BytePointer(array.data().addressPointer()).limit(size);
  }

  private Object readResolve() {
    return array;
  }
}
