package io.stemspark.internal.averaging;

import static org.assertj.core.api.Assertions.assertThat;

import io.stemspark.internal.session.SparkSettings;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.serializer.DeserializationStream;
import org.apache.spark.serializer.KryoSerializer;
import org.apache.spark.serializer.SerializationStream;
import org.apache.spark.serializer.SerializerInstance;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.BaseNDArrayProxy;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import scala.reflect.ClassTag;

class ArraySerializationTest {
  private static final ClassTag<Object> ANY = ClassTag.apply(Object.class);

  /** As Deeplearning4j's: fields that Kryo alone could not take apart. */
  private static final class Result implements Serializable {
    private static final long serialVersionUID = 1;

    private final transient Object lost = new Object();
    private final INDArray parameters;
    private final AtomicInteger counter = new AtomicInteger(3);
    private final List<String> names = List.of("a", "b");

    Result(INDArray parameters) {
      this.parameters = parameters;
    }
  }

  private static SerializerInstance serializer() {
    SparkConf conf = new SparkConf(false);
    conf.set("spark.kryo.registrator", ArraySerialization.class.getName());
    return new KryoSerializer(conf).newInstance();
  }

  private static byte[] written(Object... objects) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    SerializationStream stream = serializer().serializeStream(bytes);
    for (Object object : objects) {
      stream.writeObject(object, ANY);
    }
    stream.close();
    return bytes.toByteArray();
  }

  static List<INDArray> arrays() {
    INDArray rows = Nd4j.rand(DataType.FLOAT, 3, 5);
    return List.of(
        rows,
        rows.dup('f'),
        rows.transpose(),
        rows.get(NDArrayIndex.all(), NDArrayIndex.interval(1, 4)),
        rows.getRow(1),
        Nd4j.rand(DataType.FLOAT, 1, 200_000),
        Nd4j.rand(DataType.DOUBLE, 2, 3, 4),
        Nd4j.createFromArray(1, 2, 3),
        Nd4j.scalar(2.5f));
  }

  @ParameterizedTest
  @MethodSource("arrays")
  void arraysStayWhatTheyWere(INDArray array) {
    byte[] bytes = written(array, new Result(array), "after");
    DeserializationStream stream = serializer().deserializeStream(new ByteArrayInputStream(bytes));
    INDArray alone = (INDArray) stream.<Object>readObject(ANY);
    Result result = (Result) stream.<Object>readObject(ANY);
    assertThat(alone).isEqualTo(array);
    assertThat(alone.dataType()).isEqualTo(array.dataType());
    assertThat(result.parameters).isEqualTo(array);
    assertThat(result.counter).hasValue(3);
    assertThat(result.names).containsExactly("a", "b");
    assertThat(result.lost).isNull();
    assertThat(stream.<Object>readObject(ANY)).isEqualTo("after");
  }

  /** ND4J's own way takes them number by number. */
  @Test
  void arraysPassInBulk() {
    INDArray array = Nd4j.rand(DataType.FLOAT, 1, 1000);
    for (Object object : new Object[] {array, new Result(array)}) {
      assertThat(new String(written(object), StandardCharsets.ISO_8859_1))
          .contains(ArraySerialization.ArrayBytes.class.getName())
          .doesNotContain(BaseNDArrayProxy.class.getName());
    }
  }

  @Test
  void arraysTakeNoMoreBytesThanTheirElements() {
    assertThat(written(Nd4j.rand(DataType.FLOAT, 1, 1_000_000)).length)
        .isBetween(4_000_000, 4_100_000);
  }

  @Test
  void sparkSendsThemSo() throws IOException {
    try (JavaSparkContext context =
        new SparkSettings("test", "local[2]", Map.of("ui.enabled", "false"))
            .forTraining(0)
            .start()) {
      INDArray array = Nd4j.ones(DataType.FLOAT, 1, 1000);
      Broadcast<Result> shared = context.broadcast(new Result(array));
      INDArray sum =
          context
              .parallelize(List.of(1, 2, 3), 3)
              .map(i -> shared.value().parameters.mul(i))
              .treeReduce(INDArray::add);
      assertThat(sum).isEqualTo(array.mul(6));
    }
  }
}
