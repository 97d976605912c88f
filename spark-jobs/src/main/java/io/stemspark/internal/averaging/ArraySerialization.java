package io.stemspark.internal.averaging;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.KryoException;
import com.esotericsoftware.kryo.Serializer;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.io.OutputStream;
import java.lang.reflect.Method;
import org.apache.commons.io.input.ClassLoaderObjectInputStream;
import org.apache.commons.io.output.CloseShieldOutputStream;
import org.apache.spark.serializer.KryoRegistrator;
import org.nd4j.linalg.api.ndarray.BaseNDArrayProxy;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * How the data of a training passes between processes: by Java serialization, but arrays in bulk.
 * ND4J would write them number by number, which for millions of weights takes longer than the steps
 * between two averagings; it still does where its arrays lie on a GPU.
 *
 * <p>It is Kryo's way for all that Kryo has no way of its own for, since that is what Spark lets an
 * application's own jar extend. Kryo cannot take Deeplearning4j's classes apart itself on Java 17.
 */
public final class ArraySerialization implements KryoRegistrator {
  /** Gives the array that a stand-in stands for, in the same memory. */
  private static final Method TO_ARRAY = toArrayMethod();

  private static Method toArrayMethod() {
    try {
      Method method = BaseNDArrayProxy.class.getDeclaredMethod("readResolve");
      method.setAccessible(true);
      return method;
    } catch (NoSuchMethodException e) {
      throw new IllegalStateException("another ND4J than this was written for", e);
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
        throw new KryoException("cannot write " + object.getClass().getName(), e);
      }
    }

    @Override
    public Object read(Kryo kryo, Input input, Class<Object> type) {
      try {
        return new ClassLoaderObjectInputStream(kryo.getClassLoader(), input).readObject();
      } catch (IOException | ClassNotFoundException e) {
        throw new KryoException("cannot read " + type.getName(), e);
      }
    }
  }

  private static final class ArrayOutput extends ObjectOutputStream {
    ArrayOutput(OutputStream stream) throws IOException {
      super(stream);
      enableReplaceObject(true);
    }

    /** An array has put ND4J's stand-in in its place before this is asked. */
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
        throw new IOException("ND4J's arrays cannot be got at", e);
      }
    }
  }
}
