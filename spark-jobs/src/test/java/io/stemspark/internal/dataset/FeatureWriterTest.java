package io.stemspark.internal.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import io.stemspark.network.Stem;
import io.stemspark.patch.Patch;
import io.stemspark.spectrogram.Spectrogram;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.io.LocalInputFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FeatureWriterTest {
  private static final int ROWS = 150;
  private static final int FRAMES = 128;
  private static final int BINS = 1024;

  @TempDir Path folder;

  /** So that a reader of one patch reads nothing else, and a writer keeps little in memory. */
  @Test
  void everyRowIsAPageAndRowGroupsAreSmall() throws IOException {
    Path file = folder.resolve("rows.parquet");
    Random random = new Random(1);
    Spectrogram noise = new Spectrogram(FRAMES, BINS);
    for (int i = 0; i < noise.real().length; i++) {
      noise.real()[i] = random.nextFloat();
      noise.imag()[i] = random.nextFloat();
    }
    try (FeatureWriter writer =
        new FeatureWriter(file, List.of(Stem.VOCALS, Stem.ACCOMPANIMENT), new Configuration())) {
      for (int row = 0; row < ROWS; row++) {
        Patch patch = new Patch(row * FRAMES, noise);
        writer.write(FeatureRow.ofMixture("track", 0, patch));
      }
    }
    long rows = 0;
    try (ParquetFileReader reader = ParquetFileReader.open(new LocalInputFile(file))) {
      for (BlockMetaData group : reader.getFooter().getBlocks()) {
        assertThat(group.getCompressedSize()).isLessThan(34 << 20);
        rows += group.getRowCount();
        for (ColumnChunkMetaData column : group.getColumns()) {
          assertThat((long) reader.readOffsetIndex(column).getPageCount())
              .as(column.getPath().toDotString())
              .isEqualTo(group.getRowCount());
        }
      }
    }
    assertThat(rows).isEqualTo(ROWS);
  }
}
