package io.stemspark.internal.dataset;

import io.stemspark.network.Stem;
import io.stemspark.patch.Patch;
import io.stemspark.spectrogram.Spectrogram;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroup;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.MessageType;

/**
 * A row of the feature dataset: one patch of one channel. Where the stems are known it holds these,
 * and the mixture is their sum; elsewhere it holds the mixture alone. The binary columns are planar
 * half-precision values in (frame, bin) order, see {@link HalfFloats}.
 *
 * @param channel its channel, from 0
 * @param firstFrame first frame of the patch in the track
 * @param signals by their names: the stems, or {@code mixture}
 */
public record FeatureRow(
    String trackId, int channel, int firstFrame, Map<String, Spectrogram> signals) {
  /** A patch whose stems are known: all of the dataset's, in the order of {@code patches}. */
  public static FeatureRow ofStems(
      String trackId, int channel, List<Stem> stems, List<Patch> patches) {
    Map<String, Spectrogram> signals = new LinkedHashMap<>();
    for (int i = 0; i < stems.size(); i++) {
      signals.put(stems.get(i).name(), patches.get(i).content());
    }
    return new FeatureRow(trackId, channel, patches.get(0).firstFrame(), signals);
  }

  /** A patch of which only the mixture is known. */
  public static FeatureRow ofMixture(String trackId, int channel, Patch mixture) {
    return new FeatureRow(
        trackId, channel, mixture.firstFrame(), Map.of(Stem.MIXTURE, mixture.content()));
  }

  /** The row as Parquet writes it. */
  Group group(MessageType schema) {
    Group group = new SimpleGroup(schema);
    group.add(FeatureSchema.TRACK_ID, trackId);
    group.add(FeatureSchema.CHANNEL, channel);
    group.add(FeatureSchema.FIRST_FRAME, firstFrame);
    group.add(FeatureSchema.HAS_STEMS, !signals.containsKey(Stem.MIXTURE));
    signals.forEach(
        (signal, content) -> {
          add(group, FeatureSchema.real(signal), content.real());
          add(group, FeatureSchema.imag(signal), content.imag());
        });
    return group;
  }

  private static void add(Group group, String column, float[] values) {
    group.add(column, Binary.fromConstantByteArray(HalfFloats.encode(values)));
  }
}
