package io.stemspark.internal.dataset;

import io.stemspark.patch.Patch;
import io.stemspark.spectrogram.Spectrogram;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroup;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;

/**
 * A row of the feature dataset: one patch of one channel. Where the stems are known it holds these,
 * and the mixture is their sum; elsewhere it holds the mixture alone. The binary columns are planar
 * half-precision values in (frame, bin) order, see {@link HalfFloats}.
 *
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
      MessageTypeParser.parseMessageType(
          """
          message patch {
            required binary track_id (STRING);
            required int32 channel;
            required int32 first_frame;
            required boolean has_stems;
            optional binary vocals_real;
            optional binary vocals_imag;
            optional binary accompaniment_real;
            optional binary accompaniment_imag;
            optional binary mixture_real;
            optional binary mixture_imag;
          }
          """);

  /** A patch whose stems are known. */
  public static FeatureRow ofStems(String trackId, int channel, Patch vocals, Patch accompaniment) {
    return new FeatureRow(
        trackId, channel, vocals.firstFrame(), vocals.content(), accompaniment.content(), null);
  }

  /** A patch of which only the mixture is known. */
  public static FeatureRow ofMixture(String trackId, int channel, Patch mixture) {
    return new FeatureRow(trackId, channel, mixture.firstFrame(), null, null, mixture.content());
  }

  /** The row as Parquet writes it. */
  Group group() {
    Group group = new SimpleGroup(SCHEMA);
    group.add(TRACK_ID, trackId);
    group.add(CHANNEL, channel);
    group.add(FIRST_FRAME, firstFrame);
    group.add(HAS_STEMS, vocals != null);
    add(group, VOCALS_REAL, VOCALS_IMAG, vocals);
    add(group, ACCOMPANIMENT_REAL, ACCOMPANIMENT_IMAG, accompaniment);
    add(group, MIXTURE_REAL, MIXTURE_IMAG, mixture);
    return group;
  }

  private static void add(Group group, String real, String imag, Spectrogram content) {
    if (content != null) {
      group.add(real, Binary.fromConstantByteArray(HalfFloats.encode(content.real())));
      group.add(imag, Binary.fromConstantByteArray(HalfFloats.encode(content.imag())));
    }
  }
}
