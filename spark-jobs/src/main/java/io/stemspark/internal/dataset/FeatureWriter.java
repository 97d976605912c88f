package io.stemspark.internal.dataset;

import io.stemspark.spectrogram.Spectrogram;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.api.WriteSupport;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.LocalOutputFile;
import org.apache.parquet.io.OutputFile;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.RecordConsumer;

/** Writes rows of the feature dataset to a Parquet file on the local disk. */
public final class FeatureWriter implements AutoCloseable {
  private static final long ROW_GROUP_BYTES = 32 << 20;

  private final ParquetWriter<FeatureRow> writer;

  public FeatureWriter(Path file, Configuration configuration) throws IOException {
    writer = settings(new Builder(new LocalOutputFile(file)), configuration).build();
  }

  static <B extends ParquetWriter.Builder<?, B>> B settings(
      B builder, Configuration configuration) {
    return builder
        .withConf(configuration)
        .withCompressionCodec(CompressionCodecName.ZSTD)
        // A page per row, so that training reads single patches through the column index.
        .withPageRowCountLimit(1)
        // Unless told so, Parquet looks at sizes for the first time after 100 rows.
        .withMinRowCountForPageSizeCheck(1)
        .withMaxRowCountForPageSizeCheck(1)
        .withRowGroupSize(ROW_GROUP_BYTES)
        .withDictionaryEncoding(false);
  }

  public void write(FeatureRow row) throws IOException {
    writer.write(row);
  }

  /** About what the file takes so far. */
  public long bytes() {
    return writer.getDataSize();
  }

  @Override
  public void close() throws IOException {
    writer.close();
  }

  private static final class Builder extends ParquetWriter.Builder<FeatureRow, Builder> {
    Builder(OutputFile file) {
      super(file);
    }

    @Override
    protected Builder self() {
      return this;
    }

    // Parquet's class leaves it abstract all the same.
    @SuppressWarnings("deprecation")
    @Override
    protected WriteSupport<FeatureRow> getWriteSupport(Configuration configuration) {
      return new Rows();
    }
  }

  private static final class Rows extends WriteSupport<FeatureRow> {
    private RecordConsumer consumer;

    // Parquet's class leaves it abstract all the same.
    @SuppressWarnings("deprecation")
    @Override
    public WriteContext init(Configuration configuration) {
      return new WriteContext(FeatureRow.SCHEMA, Map.of());
    }

    @Override
    public void prepareForWrite(RecordConsumer recordConsumer) {
      consumer = recordConsumer;
    }

    @Override
    public void write(FeatureRow row) {
      consumer.startMessage();
      add(FeatureRow.TRACK_ID, () -> consumer.addBinary(Binary.fromString(row.trackId())));
      add(FeatureRow.CHANNEL, () -> consumer.addInteger(row.channel()));
      add(FeatureRow.FIRST_FRAME, () -> consumer.addInteger(row.firstFrame()));
      add(FeatureRow.HAS_STEMS, () -> consumer.addBoolean(row.vocals() != null));
      add(FeatureRow.VOCALS_REAL, FeatureRow.VOCALS_IMAG, row.vocals());
      add(FeatureRow.ACCOMPANIMENT_REAL, FeatureRow.ACCOMPANIMENT_IMAG, row.accompaniment());
      add(FeatureRow.MIXTURE_REAL, FeatureRow.MIXTURE_IMAG, row.mixture());
      consumer.endMessage();
    }

    private void add(String real, String imag, Spectrogram content) {
      if (content != null) {
        add(real, () -> consumer.addBinary(halves(content.real())));
        add(imag, () -> consumer.addBinary(halves(content.imag())));
      }
    }

    private static Binary halves(float[] values) {
      return Binary.fromConstantByteArray(HalfFloats.encode(values));
    }

    private void add(String column, Runnable value) {
      int index = FeatureRow.SCHEMA.getFieldIndex(column);
      consumer.startField(column, index);
      value.run();
      consumer.endField(column, index);
    }
  }
}
