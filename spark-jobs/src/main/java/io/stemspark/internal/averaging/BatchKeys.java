package io.stemspark.internal.averaging;

import io.stemspark.internal.training.BatchKey;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.Dependency;
import org.apache.spark.Partition;
import org.apache.spark.SparkContext;
import org.apache.spark.TaskContext;
import org.apache.spark.rdd.RDD;
import scala.collection.Iterator;
import scala.jdk.javaapi.CollectionConverters;
import scala.reflect.ClassTag$;

/**
 * The keys of a round's batches, a partition for each worker. They travel with the tasks: Spark's
 * own collections would take Kryo, which makes no records.
 */
final class BatchKeys<K extends BatchKey> extends RDD<K> {
  private static final long serialVersionUID = 1;

  private final transient List<List<K>> shares;

  private record Share<K>(int index, List<K> keys) implements Partition {
    @Override
    public boolean equals(Object other) {
      return other instanceof Share<?> share && share.index == index;
    }

    @Override
    public int hashCode() {
      return index;
    }
  }

  /**
   * @param keys a multiple of {@code workers}
   */
  BatchKeys(SparkContext context, List<K> keys, int workers) {
    super(
        context,
        CollectionConverters.asScala(List.<Dependency<?>>of()).toSeq(),
        ClassTag$.MODULE$.apply(BatchKey.class));
    int steps = keys.size() / workers;
    shares = new ArrayList<>();
    for (int worker = 0; worker < workers; worker++) {
      shares.add(List.copyOf(keys.subList(worker * steps, (worker + 1) * steps)));
    }
  }

  @Override
  public Partition[] getPartitions() {
    Partition[] partitions = new Partition[shares.size()];
    for (int i = 0; i < partitions.length; i++) {
      partitions[i] = new Share<>(i, shares.get(i));
    }
    return partitions;
  }

  @Override
  @SuppressWarnings("unchecked")
  public Iterator<K> compute(Partition partition, TaskContext context) {
    return CollectionConverters.asScala(((Share<K>) partition).keys().iterator());
  }
}
