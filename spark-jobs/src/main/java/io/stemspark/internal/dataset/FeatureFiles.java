package io.stemspark.internal.dataset;

import static org.apache.parquet.filter2.predicate.FilterApi.and;
import static org.apache.parquet.filter2.predicate.FilterApi.binaryColumn;
import static org.apache.parquet.filter2.predicate.FilterApi.eq;
import static org.apache.parquet.filter2.predicate.FilterApi.intColumn;
import static org.apache.parquet.filter2.predicate.FilterApi.notIn;

import io.stemspark.internal.training.StemPatch;
import io.stemspark.network.Stem;
import io.stemspark.patch.PatchConfig;
import io.stemspark.spectrogram.Spectrogram;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.filter2.compat.FilterCompat;
import org.apache.parquet.filter2.predicate.FilterPredicate;
import org.apache.parquet.filter2.predicate.Operators.BinaryColumn;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.api.ReadSupport;
import org.apache.parquet.hadoop.example.GroupReadSupport;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.MessageType;

/**
 * Reads patches, and takes tracks out, of Parquet files of the feature dataset. Every row is a page
 * of its own, so the column index leads to a patch without reading its neighbours.
 */
public final class FeatureFiles {
  private static final BinaryColumn TRACK = binaryColumn(FeatureSchema.TRACK_ID);

  private FeatureFiles() {}

  /**
   * The patches that are referred to, in that order.
   *
   * @param stems all of the dataset's, in the order that patches are to have them in
   */
  public static List<StemPatch> read(
      List<PatchReference> references,
      List<Stem> stems,
      PatchConfig patch,
      Configuration configuration)
      throws IOException {
    List<StemPatch> patches = new ArrayList<>();
    for (PatchReference reference : references) {
      StemPatch first = read(reference, 0, stems, patch, configuration);
      patches.add(
          reference.channels().size() == 1
              ? first
              : StemPatch.stereo(first, read(reference, 1, stems, patch, configuration)));
    }
    return patches;
  }

  private static StemPatch read(
      PatchReference reference,
      int index,
      List<Stem> stems,
      PatchConfig patch,
      Configuration configuration)
      throws IOException {
    PatchReference.Channel channel = reference.channels().get(index);
    FilterPredicate row =
        and(
            eq(TRACK, Binary.fromString(reference.trackId())),
            and(
                eq(intColumn(FeatureSchema.CHANNEL), channel.number()),
                eq(intColumn(FeatureSchema.FIRST_FRAME), reference.firstFrame())));
    URI file = URI.create(channel.file());
    try (ParquetReader<Group> reader = reader(file, row, configuration)) {
      Group group = reader.read();
      if (group == null) {
        throw new IOException("The feature dataset no longer holds %s.".formatted(reference));
      }
      return new StemPatch(
          stems.stream().map(stem -> spectrogram(group, stem.name(), patch)).toList());
    }
  }

  private static Spectrogram spectrogram(Group group, String stem, PatchConfig patch) {
    Spectrogram spectrogram = new Spectrogram(patch.frames(), patch.bins());
    HalfFloats.decode(
        group.getBinary(FeatureSchema.real(stem), 0).toByteBuffer(), spectrogram.real());
    HalfFloats.decode(
        group.getBinary(FeatureSchema.imag(stem), 0).toByteBuffer(), spectrogram.imag());
    return spectrogram;
  }

  /** The ids of the tracks that a file holds rows of. */
  public static Set<String> trackIds(URI file, Configuration configuration) throws IOException {
    Configuration ids = new Configuration(configuration);
    MessageType schema = FeatureSchema.of(List.of());
    MessageType column = new MessageType(schema.getName(), schema.getType(FeatureSchema.TRACK_ID));
    ids.set(ReadSupport.PARQUET_READ_SCHEMA, column.toString());
    Set<String> found = new HashSet<>();
    try (ParquetReader<Group> reader =
        ParquetReader.builder(new GroupReadSupport(), new org.apache.hadoop.fs.Path(file))
            .withConf(ids)
            .build()) {
      for (Group row = reader.read(); row != null; row = reader.read()) {
        found.add(row.getString(FeatureSchema.TRACK_ID, 0));
      }
    }
    return found;
  }

  /** Copies the rows of a track. */
  public static void copyOnly(String trackId, Path from, Path into, Configuration configuration)
      throws IOException {
    copy(eq(TRACK, Binary.fromString(trackId)), from.toUri(), into, configuration);
  }

  /** Copies the rows of all tracks but some. */
  public static void copyWithout(
      Set<String> trackIds, URI from, Path into, Configuration configuration) throws IOException {
    Set<Binary> ids = trackIds.stream().map(Binary::fromString).collect(Collectors.toSet());
    copy(notIn(TRACK, ids), from, into, configuration);
  }

  private static void copy(FilterPredicate rows, URI from, Path into, Configuration configuration)
      throws IOException {
    try (ParquetReader<Group> reader = reader(from, rows, configuration);
        ParquetWriter<Group> writer =
            FeatureWriter.open(into, schema(from, configuration), configuration)) {
      for (Group row = reader.read(); row != null; row = reader.read()) {
        writer.write(row);
      }
    }
  }

  private static MessageType schema(URI file, Configuration configuration) throws IOException {
    try (ParquetFileReader reader =
        ParquetFileReader.open(
            HadoopInputFile.fromPath(new org.apache.hadoop.fs.Path(file), configuration))) {
      return reader.getFileMetaData().getSchema();
    }
  }

  private static ParquetReader<Group> reader(
      URI file, FilterPredicate rows, Configuration configuration) throws IOException {
    return ParquetReader.builder(new GroupReadSupport(), new org.apache.hadoop.fs.Path(file))
        .withConf(configuration)
        .withFilter(FilterCompat.get(rows))
        .build();
  }
}
