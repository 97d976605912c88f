package io.stemspark.internal.dataset;

import static org.apache.parquet.schema.LogicalTypeAnnotation.stringType;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.BINARY;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.BOOLEAN;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.INT32;

import io.stemspark.network.Stem;
import java.util.List;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Types;

/** The columns of a feature dataset, without the partition column {@code split}. */
final class FeatureSchema {
  static final String TRACK_ID = "track_id";
  static final String CHANNEL = "channel";
  static final String FIRST_FRAME = "first_frame";
  static final String HAS_STEMS = "has_stems";

  private FeatureSchema() {}

  static MessageType of(List<Stem> stems) {
    Types.GroupBuilder<MessageType> schema =
        Types.buildMessage()
            .required(BINARY)
            .as(stringType())
            .named(TRACK_ID)
            .required(INT32)
            .named(CHANNEL)
            .required(INT32)
            .named(FIRST_FRAME)
            .required(BOOLEAN)
            .named(HAS_STEMS);
    for (Stem stem : stems) {
      add(schema, stem.name());
    }
    add(schema, Stem.MIXTURE);
    return schema.named("patch");
  }

  private static void add(Types.GroupBuilder<MessageType> schema, String signal) {
    schema.optional(BINARY).named(real(signal)).optional(BINARY).named(imag(signal));
  }

  /** The column of the real parts of a stem, or of the mixture. */
  static String real(String signal) {
    return signal + "_real";
  }

  static String imag(String signal) {
    return signal + "_imag";
  }
}
