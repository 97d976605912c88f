package io.stemspark.internal.dataset;

import static org.apache.parquet.filter2.predicate.FilterApi.and;
import static org.apache.parquet.filter2.predicate.FilterApi.binaryColumn;
import static org.apache.parquet.filter2.predicate.FilterApi.eq;
import static org.apache.parquet.filter2.predicate.FilterApi.intColumn;

import io.stemspark.internal.training.StemPatch;
import io.stemspark.patch.PatchConfig;
import io.stemspark.spectrogram.Spectrogram;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.filter2.compat.FilterCompat;
import org.apache.parquet.filter2.predicate.FilterPredicate;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.hadoop.example.GroupReadSupport;
import org.apache.parquet.io.api.Binary;

/**
 * Reads single patches out of Parquet files. Every row is a page of its own, so the column index
 * leads to a patch without reading its neighbours.
 */
public final class PatchFiles {
  private PatchFiles() {}

  public static List<StemPatch> read(
      List<PatchReference> references, PatchConfig patch, Configuration configuration)
      throws IOException {
    List<StemPatch> patches = new ArrayList<>();
    for (PatchReference reference : references) {
      patches.add(read(reference, patch, configuration));
    }
    return patches;
  }

  private static StemPatch read(
      PatchReference reference, PatchConfig patch, Configuration configuration) throws IOException {
    FilterPredicate row =
        and(
            eq(binaryColumn(FeatureRow.TRACK_ID), Binary.fromString(reference.trackId())),
            and(
                eq(intColumn(FeatureRow.CHANNEL), reference.channel()),
                eq(intColumn(FeatureRow.FIRST_FRAME), reference.firstFrame())));
    try (ParquetReader<Group> reader =
        ParquetReader.builder(new GroupReadSupport(), new Path(URI.create(reference.file())))
            .withConf(configuration)
            .withFilter(FilterCompat.get(row))
            .build()) {
      Group group = reader.read();
      if (group == null) {
        throw new IOException("The feature dataset no longer holds " + reference);
      }
      return new StemPatch(
          spectrogram(group, FeatureRow.VOCALS_REAL, FeatureRow.VOCALS_IMAG, patch),
          spectrogram(group, FeatureRow.ACCOMPANIMENT_REAL, FeatureRow.ACCOMPANIMENT_IMAG, patch));
    }
  }

  private static Spectrogram spectrogram(Group group, String real, String imag, PatchConfig patch) {
    Spectrogram spectrogram = new Spectrogram(patch.frames(), patch.bins());
    HalfFloats.decode(group.getBinary(real, 0).toByteBuffer(), spectrogram.real());
    HalfFloats.decode(group.getBinary(imag, 0).toByteBuffer(), spectrogram.imag());
    return spectrogram;
  }
}
