package io.stemspark.internal.corpus;

import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.spark.api.java.JavaRDD;

/**
 * The tracks and notes of a corpus, wherever they are needed.
 *
 * @param here sorted, if they are few
 * @param onExecutors the same without any of them on the driver
 */
public record CorpusEntries(
    Optional<List<CorpusEntry>> here, Supplier<JavaRDD<CorpusEntry>> onExecutors) {}
