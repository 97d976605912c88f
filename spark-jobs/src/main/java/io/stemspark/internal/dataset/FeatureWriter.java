package io.stemspark.internal.dataset;

import io.stemspark.network.Stem;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.LocalOutputFile;
import org.apache.parquet.schema.MessageType;

/** Writes rows of the feature dataset to a Parquet file on the local disk. */
public final class FeatureWriter implements AutoCloseable {
  private static final long ROW_GROUP_BYTES = 32 << 20;

  private final MessageType schema;
  private final ParquetWriter<Group> writer;

  /**
   * @param stems of the dataset
   */
  public FeatureWriter(Path file, List<Stem> stems, Configuration configuration)
      throws IOException {
    schema = FeatureSchema.of(stems);
    writer = open(file, schema, configuration);
  }

  static ParquetWriter<Group> open(Path file, MessageType schema, Configuration configuration)
      throws IOException {
    return ExampleParquetWriter.builder(new LocalOutputFile(file))
        .withType(schema)
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
    writer.write(row.group(schema));
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
