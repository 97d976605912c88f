package io.stemspark.internal.dataset;

import java.io.IOException;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.LocalOutputFile;

/** Writes rows of the feature dataset to a Parquet file on the local disk. */
public final class FeatureWriter implements AutoCloseable {
  private static final long ROW_GROUP_BYTES = 32 << 20;

  private final ParquetWriter<Group> writer;

  public FeatureWriter(Path file, Configuration configuration) throws IOException {
    writer = open(file, configuration);
  }

  static ParquetWriter<Group> open(Path file, Configuration configuration) throws IOException {
    return ExampleParquetWriter.builder(new LocalOutputFile(file))
        .withType(FeatureRow.SCHEMA)
        .withConf(configuration)
        .withCompressionCodec(CompressionCodecName.ZSTD)
        // A page per row, so that training reads single patches through the column index.
        .withPageRowCountLimit(1)
        // Unless told so, Parquet looks at sizes for the first time after 100 rows.
        .withMinRowCountForPageSizeCheck(1)
        .withMaxRowCountForPageSizeCheck(1)
        .withRowGroupSize(ROW_GROUP_BYTES)
        .withDictionaryEncoding(false)
        .build();
  }

  public void write(FeatureRow row) throws IOException {
    writer.write(row.group());
  }

  /** About what the file takes so far. */
  public long bytes() {
    return writer.getDataSize();
  }

  @Override
  public void close() throws IOException {
    writer.close();
  }
}
