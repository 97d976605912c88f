package io.stemspark.internal.corpus;

import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.spark.api.java.JavaRDD;

/**
 * The tracks and notes of a corpus, on the driver or on the executors.
 *
 * @param here all entries on the driver, sorted, if they are few
 * @param onExecutors all entries on the executors, with none of them on the driver
 */
public record CorpusEntries(
    Optional<List<CorpusEntry>> here, Supplier<JavaRDD<CorpusEntry>> onExecutors) {
  /** The same entries in other splits. */
  public CorpusEntries in(ArtistSplits splits) {
    return new CorpusEntries(
        here.map(entries -> entries.stream().map(splits::assign).toList()),
        () -> onExecutors.get().map(splits::assign));
  }
}
