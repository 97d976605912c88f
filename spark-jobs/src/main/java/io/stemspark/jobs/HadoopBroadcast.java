package io.stemspark.jobs;

import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.SerializableConfiguration;

/** Sends the driver's Hadoop settings, credentials providers included, to the executors. */
final class HadoopBroadcast {
  private HadoopBroadcast() {}

  static Broadcast<SerializableConfiguration> of(JavaSparkContext context) {
    return context.broadcast(new SerializableConfiguration(context.hadoopConfiguration()));
  }
}
