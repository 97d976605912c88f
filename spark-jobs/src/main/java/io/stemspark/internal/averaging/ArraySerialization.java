package io.stemspark.internal.averaging;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.KryoException;
import com.esotericsoftware.kryo.Serializer;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import java.io.Externalizable;
import java.io.IOException;
import java.io.ObjectInput;
import java.io.ObjectOutput;
import java.io.ObjectOutputStream;
import java.io.OutputStream;
import java.lang.ref.Reference;
import java.lang.reflect.Method;
import java.util.Set;
import org.apache.commons.io.input.ClassLoaderObjectInputStream;
import org.apache.commons.io.output.CloseShieldOutputStream;
import org.apache.spark.serializer.KryoRegistrator;
import org.bytedeco.javacpp.BytePointer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.BaseNDArrayProxy;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Passes the data of a training between processes: by Java serialization, but with arrays in bulk.
 * ND4J itself writes arrays number by number, which for millions of weights takes longer than the
 * steps between two averagings. It still does so where its arrays lie on a GPU.
 *
 * <p>It is Kryo's default serializer, because Spark lets an application's own jar extend Kryo. On
 * Java 17, Kryo itself cannot serialize Deeplearning4j's classes.
 */
public final class ArraySerialization implements KryoRegistrator {
  /** Returns the array that a stand-in stands for, in the same memory. */
  private static final Method TO_ARRAY = toArrayMethod();

  private static Method toArrayMethod() {
    try {
      Method method = BaseNDArrayProxy.class.getDeclaredMethod("readResolve");
      method.setAccessible(true);
      return method;
    } catch (NoSuchMethodException e) {
      throw new IllegalStateException(
          "This version of ND4J is not supported: its arrays are serialized in another way.", e);
    }
  }

  @Override
  public void registerClasses(Kryo kryo) {
    kryo.setDefaultSerializer(JavaSerializer.class);
  }

  /** Made by Kryo. */
  public static final class JavaSerializer extends Serializer<Object> {
    @Override
    public void write(Kryo kryo, Output output, Object object) {
      try (ObjectOutputStream stream = new ArrayOutput(CloseShieldOutputStream.wrap(output))) {
        stream.writeObject(object);
      } catch (IOException e) {
        throw new KryoException(
            "An object of %s cannot be serialized.".formatted(object.getClass().getName()), e);
      }
    }

    @Override
    public Object read(Kryo kryo, Input input, Class<Object> type) {
      try {
        return new ClassLoaderObjectInputStream(kryo.getClassLoader(), input).readObject();
      } catch (IOException | ClassNotFoundException e) {
        throw new KryoException(
            "An object of %s cannot be deserialized.".formatted(type.getName()), e);
      }
    }
  }

  private static final class ArrayOutput extends ObjectOutputStream {
    ArrayOutput(OutputStream stream) throws IOException {
      super(stream);
      enableReplaceObject(true);
    }

    /** Before this is called, an array has been replaced by ND4J's stand-in. */
    @Override
    protected Object replaceObject(Object object) throws IOException {
      if (!(object instanceof BaseNDArrayProxy standIn)) {
        return object;
      }
      INDArray array = toArray(standIn);
      return ArrayBytes.canHold(array) ? new ArrayBytes(array) : object;
    }

    private static INDArray toArray(BaseNDArrayProxy standIn) throws IOException {
      try {
        return (INDArray) TO_ARRAY.invoke(standIn);
      } catch (ReflectiveOperationException e) {
        throw new IOException("An array of ND4J's cannot be accessed.", e);
      }
    }
  }

  /**
   * An array on its way to another process: data type, shape, and its elements row by row in the
   * machine's byte order.
   */
  static final class ArrayBytes implements Externalizable {
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

    /** Whether an array's elements are numbers in memory that this process can access. */
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
      BytePointer bytes = new BytePointer(array.data().addressPointer()).limit(size);
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
}
