package io.stemspark.jobs.features;

import static io.stemspark.patch.HalfFloats.encode;

import io.stemspark.patch.Patch;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * A row of the feature dataset: one patch of one channel. The binary columns are planar
 * half-precision values in (frame, bin) order, see {@link io.stemspark.patch.HalfFloats}.
 */
public final class FeatureRow {
  static final String TRACK_ID = "track_id";
  static final String CHANNEL = "channel";
  static final String FIRST_FRAME = "first_frame";
  static final String VOCALS_REAL = "vocals_real";
  static final String VOCALS_IMAG = "vocals_imag";
  static final String ACCOMPANIMENT_REAL = "accompaniment_real";
  static final String ACCOMPANIMENT_IMAG = "accompaniment_imag";

  /** The columns, without the partition column {@code split}. */
  public static final StructType SCHEMA =
      new StructType()
          .add(TRACK_ID, DataTypes.StringType, false)
          .add(CHANNEL, DataTypes.IntegerType, false)
          .add(FIRST_FRAME, DataTypes.IntegerType, false)
          .add(VOCALS_REAL, DataTypes.BinaryType, false)
          .add(VOCALS_IMAG, DataTypes.BinaryType, false)
          .add(ACCOMPANIMENT_REAL, DataTypes.BinaryType, false)
          .add(ACCOMPANIMENT_IMAG, DataTypes.BinaryType, false);

  private FeatureRow() {}

  public static Row of(String trackId, int channel, Patch vocals, Patch accompaniment) {
    return RowFactory.create(
        trackId,
        channel,
        vocals.firstFrame(),
        encode(vocals.content().real()),
        encode(vocals.content().imag()),
        encode(accompaniment.content().real()),
        encode(accompaniment.content().imag()));
  }
}
