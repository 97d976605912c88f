package io.stemspark.internal.rows;

import io.stemspark.bundle.ModelBundle;
import io.stemspark.internal.corpus.CorpusLimits;
import io.stemspark.internal.gpu.Gpus;
import io.stemspark.internal.stems.SeparationContract;
import java.io.IOException;
import java.util.Iterator;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Row;
import org.apache.spark.util.SerializableConfiguration;
import org.apache.spark.util.TaskCompletionListener;

/**
 * Separates the rows of a partition of a data frame as they are asked for.
 *
 * @param columns what is read; the results of {@link RowSeparator} are appended
 * @param limits what a row may name
 * @param attempts how often Spark tries a task
 */
public record SeparateRows(
    SeparationContract task,
    RowColumns columns,
    CorpusLimits limits,
    int attempts,
    Broadcast<ModelBundle> bundle,
    Broadcast<SerializableConfiguration> hadoop)
    implements MapPartitionsFunction<Row, Row> {
  @Override
  public Iterator<Row> call(Iterator<Row> rows) throws IOException {
    if (!rows.hasNext()) {
      return rows;
    }
    TaskContext context = TaskContext.get();
    Configuration configuration = hadoop.value().value();
    String attempt = "rows-" + UUID.randomUUID();
    RowSeparator separator =
        new RowSeparator(
            bundle.value(),
            task,
            columns,
            limits,
            Gpus.ofTask(task.separation().engine()),
            attempt,
            context.attemptNumber() + 1 >= attempts,
            configuration);
    TaskCompletionListener atEnd = ended -> separator.close();
    context.addTaskCompletionListener(atEnd);
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return rows.hasNext();
      }

      @Override
      public Row next() {
        context.killTaskIfInterrupted();
        return separator.separate(rows.next());
      }
    };
  }
}
