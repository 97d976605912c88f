package io.stemspark.jobs.features;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.ParquetProperties;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.ParquetFileWriter;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.io.LocalInputFile;
import org.apache.parquet.io.LocalOutputFile;
import org.apache.parquet.io.SeekableInputStream;

/** Joins Parquet files of the feature dataset. */
public final class FeatureFiles {
  private FeatureFiles() {}

  /** Joins local files. Row groups are copied as they are, with their column indexes. */
  public static void join(List<Path> files, Path into) throws IOException {
    try (ParquetFileWriter writer =
        new ParquetFileWriter(
            new LocalOutputFile(into),
            FeatureRow.SCHEMA,
            ParquetFileWriter.Mode.CREATE,
            ParquetWriter.DEFAULT_BLOCK_SIZE,
            ParquetWriter.MAX_PADDING_SIZE_DEFAULT,
            null,
            ParquetProperties.builder().build())) {
      writer.start();
      for (Path file : files) {
        append(new LocalInputFile(file), writer);
      }
      writer.end(Map.of());
    }
  }

  private static void append(LocalInputFile file, ParquetFileWriter writer) throws IOException {
    try (ParquetFileReader reader = ParquetFileReader.open(file);
        SeekableInputStream stream = file.newStream()) {
      for (BlockMetaData rowGroup : reader.getRowGroups()) {
        writer.startBlock(rowGroup.getRowCount());
        for (ColumnChunkMetaData chunk : rowGroup.getColumns()) {
          ColumnDescriptor column =
              FeatureRow.SCHEMA.getColumnDescription(chunk.getPath().toArray());
          writer.appendColumnChunk(
              column,
              stream,
              chunk,
              null,
              reader.readColumnIndex(chunk),
              reader.readOffsetIndex(chunk));
        }
        writer.endBlock();
      }
    }
  }
}
