package io.stemspark.internal.dataset;

import static org.apache.parquet.filter2.predicate.FilterApi.binaryColumn;
import static org.apache.parquet.filter2.predicate.FilterApi.eq;
import static org.apache.parquet.filter2.predicate.FilterApi.notIn;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.filter2.compat.FilterCompat;
import org.apache.parquet.filter2.predicate.FilterPredicate;
import org.apache.parquet.filter2.predicate.Operators.BinaryColumn;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.GroupReadSupport;
import org.apache.parquet.io.api.Binary;

/** Takes a track's rows out of a local file of the feature dataset. */
public final class FeatureFiles {
  private static final BinaryColumn TRACK = binaryColumn(FeatureRow.TRACK_ID);

  private FeatureFiles() {}

  /** Copies the rows of a track. */
  public static void copyOnly(String trackId, Path from, Path into, Configuration configuration)
      throws IOException {
    copy(
        eq(TRACK, Binary.fromString(trackId)),
        new org.apache.hadoop.fs.Path(from.toUri()),
        into,
        configuration);
  }

  /** Copies the rows of all other tracks. */
  public static void copyWithout(String trackId, Path from, Path into, Configuration configuration)
      throws IOException {
    copyWithout(Set.of(trackId), new org.apache.hadoop.fs.Path(from.toUri()), into, configuration);
  }

  /** Copies the rows of all tracks but some. */
  public static void copyWithout(
      Set<String> trackIds, org.apache.hadoop.fs.Path from, Path into, Configuration configuration)
      throws IOException {
    Set<Binary> ids = trackIds.stream().map(Binary::fromString).collect(Collectors.toSet());
    copy(notIn(TRACK, ids), from, into, configuration);
  }

  private static void copy(
      FilterPredicate rows, org.apache.hadoop.fs.Path from, Path into, Configuration configuration)
      throws IOException {
    try (ParquetReader<Group> reader =
            ParquetReader.builder(new GroupReadSupport(), from)
                .withConf(configuration)
                .withFilter(FilterCompat.get(rows))
                .build();
        ParquetWriter<Group> writer = FeatureWriter.open(into, configuration)) {
      for (Group row = reader.read(); row != null; row = reader.read()) {
        writer.write(row);
      }
    }
  }
}
