package io.stemspark.internal.dataset;

import static org.apache.parquet.schema.LogicalTypeAnnotation.stringType;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.BINARY;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.BOOLEAN;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.INT32;

import io.stemspark.patch.Patch;
import io.stemspark.spectrogram.Spectrogram;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Types;

/**
 * A row of the feature dataset: one patch of one channel. Where the stems are known it holds these,
 * and the mixture is their sum; elsewhere it holds the mixture alone. The binary columns are planar
 * half-precision values in (frame, bin) order, see {@link
 * io.stemspark.internal.dataset.HalfFloats}.
 *
 * @param trackId the track
 * @param channel its channel, from 0
 * @param firstFrame first frame of the patch in the track
 * @param vocals null where the stems are not known, as is {@code accompaniment}
 * @param mixture null where the stems are known
 */
public record FeatureRow(
    String trackId,
    int channel,
    int firstFrame,
    Spectrogram vocals,
    Spectrogram accompaniment,
    Spectrogram mixture) {
  static final String TRACK_ID = "track_id";
  static final String CHANNEL = "channel";
  static final String FIRST_FRAME = "first_frame";
  static final String HAS_STEMS = "has_stems";
  static final String VOCALS_REAL = "vocals_real";
  static final String VOCALS_IMAG = "vocals_imag";
  static final String ACCOMPANIMENT_REAL = "accompaniment_real";
  static final String ACCOMPANIMENT_IMAG = "accompaniment_imag";
  static final String MIXTURE_REAL = "mixture_real";
  static final String MIXTURE_IMAG = "mixture_imag";

  /** The columns, without the partition column {@code split}. */
  static final MessageType SCHEMA =
      Types.buildMessage()
          .required(BINARY)
          .as(stringType())
          .named(TRACK_ID)
          .required(INT32)
          .named(CHANNEL)
          .required(INT32)
          .named(FIRST_FRAME)
          .required(BOOLEAN)
          .named(HAS_STEMS)
          .optional(BINARY)
          .named(VOCALS_REAL)
          .optional(BINARY)
          .named(VOCALS_IMAG)
          .optional(BINARY)
          .named(ACCOMPANIMENT_REAL)
          .optional(BINARY)
          .named(ACCOMPANIMENT_IMAG)
          .optional(BINARY)
          .named(MIXTURE_REAL)
          .optional(BINARY)
          .named(MIXTURE_IMAG)
          .named("patch");

  /** A patch whose stems are known. */
  public static FeatureRow ofStems(String trackId, int channel, Patch vocals, Patch accompaniment) {
    return new FeatureRow(
        trackId, channel, vocals.firstFrame(), vocals.content(), accompaniment.content(), null);
  }

  /** A patch of which only the mixture is known. */
  public static FeatureRow ofMixture(String trackId, int channel, Patch mixture) {
    return new FeatureRow(trackId, channel, mixture.firstFrame(), null, null, mixture.content());
  }
}
