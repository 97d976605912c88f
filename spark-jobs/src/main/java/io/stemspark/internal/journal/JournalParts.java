package io.stemspark.internal.journal;

import io.stemspark.internal.text.SafeText;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.SerializableConfiguration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Parts of a journal, to be read on the executors.
 *
 * @param parts some of those that {@link RunJournal#parts} gave
 */
public record JournalParts(
    JavaSparkContext context, Broadcast<SerializableConfiguration> hadoop, List<String> parts) {
  private static final Logger LOG = LoggerFactory.getLogger(JournalParts.class);
  private static final int TASKS_PER_CORE = 4;

  /** What is wanted of a row, or nothing. It is sent to the executors. */
  @FunctionalInterface
  public interface Choice<T> extends Function<JournalEntry, Optional<T>>, Serializable {}

  /** Takes what is wrong with files. It is sent to the executors. */
  @FunctionalInterface
  public interface Damages extends Consumer<JournalDamage>, Serializable {}

  /** All parts of the journal of an output folder. */
  public static JournalParts of(
      JavaSparkContext context, Broadcast<SerializableConfiguration> hadoop, String output)
      throws IOException {
    return new JournalParts(
        context, hadoop, RunJournal.parts(output, context.hadoopConfiguration()));
  }

  /** Reads the rows. Damage is reported in the executors' logs. */
  public <T> JavaRDD<T> rows(Choice<T> choice) {
    return rows(choice, damage -> LOG.warn(SafeText.of(damage.describe())));
  }

  /** Reads the rows, and passes on what is wrong with files. */
  public <T> JavaRDD<T> rows(Choice<T> choice, Damages damages) {
    int tasks = Math.max(1, Math.min(parts.size(), TASKS_PER_CORE * context.defaultParallelism()));
    Broadcast<SerializableConfiguration> configuration = hadoop;
    return context
        .parallelize(parts, tasks)
        .flatMap(
            part -> {
              List<T> chosen = new ArrayList<>();
              RunJournal.read(
                  part,
                  configuration.value().value(),
                  row -> choice.apply(row).ifPresent(chosen::add),
                  damages);
              return chosen.iterator();
            });
  }
}
