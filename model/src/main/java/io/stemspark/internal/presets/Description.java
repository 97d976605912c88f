package io.stemspark.internal.presets;

import io.stemspark.bundle.Manifest.Member;
import io.stemspark.network.NetworkSpec;
import io.stemspark.spectrogram.StftConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The networks of a model.
 *
 * @param stft the spectrograms of those that see patches of them; of others, one to show tracks by
 * @param models ONNX files by the names of the members
 */
public record Description(StftConfig stft, List<Member> members, Map<String, byte[]> models) {
  /**
   * The networks of some files.
   *
   * @param specs in the order of the files
   * @param weights of the stems of each file
   */
  static Description of(
      StftConfig stft,
      List<NetworkFile> files,
      List<? extends NetworkSpec> specs,
      List<List<Double>> weights) {
    List<Member> members = new ArrayList<>();
    Map<String, byte[]> models = new TreeMap<>();
    for (int i = 0; i < files.size(); i++) {
      String name = files.get(i).member();
      String unique = models.containsKey(name) ? name + "-" + i : name;
      members.add(new Member(unique, specs.get(i), weights.get(i)));
      models.put(unique, files.get(i).model());
    }
    return new Description(stft, members, models);
  }
}
