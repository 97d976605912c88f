package io.stemspark.internal.pipeline;

import java.util.ArrayDeque;
import java.util.Deque;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.SerializableConfiguration;

/**
 * What a run sends to all executors. It is removed from them when the run ends, because an
 * application may make many runs.
 */
public final class Broadcasts implements AutoCloseable {
  private final JavaSparkContext context;
  private final Deque<Broadcast<?>> sent = new ArrayDeque<>();

  public Broadcasts(JavaSparkContext context) {
    this.context = context;
  }

  /** Sends a value. */
  public <T> Broadcast<T> send(T value) {
    Broadcast<T> broadcast = context.broadcast(value);
    sent.push(broadcast);
    return broadcast;
  }

  /** Sends the driver's Hadoop settings, credentials providers included. */
  public Broadcast<SerializableConfiguration> sendHadoop() {
    return send(new SerializableConfiguration(context.hadoopConfiguration()));
  }

  @Override
  public void close() {
    while (!sent.isEmpty()) {
      sent.pop().destroy();
    }
  }
}
