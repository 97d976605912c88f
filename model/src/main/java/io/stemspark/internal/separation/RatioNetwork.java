package io.stemspark.internal.separation;

import io.stemspark.internal.onnx.Network;
import io.stemspark.network.NetworkSpec.Input;
import io.stemspark.network.NetworkSpec.Output;
import io.stemspark.network.NetworkSpec.Patches;
import io.stemspark.network.Stem;
import java.util.ArrayList;
import java.util.List;

/**
 * Networks that each give magnitudes of stems, as one that gives masks: the mask of a stem is (e^2
 * + f / n) / (sum of all e^2 + f), where e are the magnitudes of n stems and f is a floor, so that
 * silence is shared out evenly (Spleeter, {@code _build_masks}).
 */
final class RatioNetwork implements Network {
  private static final float FLOOR = 1e-10f;

  private final List<MemberNetwork> members;
  private final int plane;
  private final int stems;

  /**
   * @param members whose specifications are {@link Patches} with the output {@link Output#RATIO}
   */
  RatioNetwork(List<MemberNetwork> members) {
    this.members = members;
    Patches first = patches(members.get(0));
    this.plane = first.channels() * first.patch().size();
    this.stems = stems(members).size();
  }

  private static Patches patches(MemberNetwork member) {
    return (Patches) member.member().network();
  }

  private static List<Stem> stems(List<MemberNetwork> members) {
    List<Stem> stems = new ArrayList<>();
    members.forEach(member -> stems.addAll(patches(member).stems()));
    return stems;
  }

  /** What they are together. */
  static Patches spec(List<MemberNetwork> members) {
    Patches first = patches(members.get(0));
    return new Patches(
        Input.MAGNITUDE,
        Output.MASK,
        stems(members),
        first.channels(),
        first.patch(),
        first.axes(),
        first.inputScale(),
        1);
  }

  @Override
  public void run(float[] input, int batch, float[] output) {
    int stem = 0;
    for (MemberNetwork member : members) {
      Patches spec = patches(member);
      float[] magnitudes = new float[batch * spec.outputSize()];
      member.network().run(input, batch, magnitudes);
      float scale = (float) spec.outputScale();
      int count = spec.stems().size();
      for (int patch = 0; patch < batch; patch++) {
        int from = patch * count * plane;
        int to = (patch * stems + stem) * plane;
        for (int i = 0; i < count * plane; i++) {
          float value = scale * magnitudes[from + i];
          output[to + i] = value * value;
        }
      }
      stem += count;
    }
    for (int patch = 0; patch < batch; patch++) {
      share(output, patch * stems * plane);
    }
  }

  /** Turns squares into shares of their sum. */
  private void share(float[] squares, int from) {
    for (int i = 0; i < plane; i++) {
      float sum = FLOOR;
      for (int stem = 0; stem < stems; stem++) {
        sum += squares[from + stem * plane + i];
      }
      for (int stem = 0; stem < stems; stem++) {
        int at = from + stem * plane + i;
        squares[at] = (squares[at] + FLOOR / stems) / sum;
      }
    }
  }

  @Override
  public void close() {
    // Whoever has loaded the networks closes them.
  }
}
