package io.stemspark.internal.separation;

import io.stemspark.internal.network.StemEstimator;
import io.stemspark.internal.onnx.Network;
import io.stemspark.internal.segments.SegmentTrack;
import io.stemspark.internal.segments.TrackLevel;
import io.stemspark.network.NetworkSpec;
import io.stemspark.network.NetworkSpec.Output;
import io.stemspark.network.NetworkSpec.Patches;
import io.stemspark.network.NetworkSpec.Segments;
import io.stemspark.network.Stem;
import io.stemspark.separation.SeparationConfig;
import io.stemspark.spectrogram.StftConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Makes what estimates the stems of a track: one network, or several whose estimates are put
 * together. A network none of whose stems is wanted does not run.
 *
 * @param level of the track, for networks that want all tracks alike
 */
record MemberEstimators(
    StftConfig stft,
    List<MemberNetwork> members,
    SeparationConfig config,
    StemPlan plan,
    TrackLevel level) {

  /** Whether the estimates say what share of the band above the model's is the stems'. */
  boolean haveShares() {
    return isRatio() || (members.size() == 1 && spec(members.get(0)) instanceof Patches);
  }

  private boolean isRatio() {
    return spec(members.get(0)) instanceof Patches patches && patches.output() == Output.RATIO;
  }

  private static NetworkSpec spec(MemberNetwork member) {
    return member.member().network();
  }

  /**
   * Estimates the stems of the plan, in its order.
   *
   * @param channels of the track
   * @param shares takes of each frame {@code [stem][channel]}, where there are such shares
   */
  StemEstimator open(int channels, Consumer<float[][]> shares) {
    if (isRatio()) {
      Patches ratio = RatioNetwork.spec(members);
      return patches(ratio, new RatioNetwork(members), plan.direct(), channels, shares);
    }
    List<Ensemble.Part> parts = new ArrayList<>();
    for (MemberNetwork member : members) {
      List<Stem> wanted =
          plan.direct().stream().filter(stem -> member.member().weight(stem) > 0).toList();
      if (!wanted.isEmpty()) {
        parts.add(
            new Ensemble.Part(
                estimator(member, wanted, channels, shares),
                wanted.stream().map(plan.direct()::indexOf).toList(),
                wanted.stream().map(member.member()::weight).toList()));
      }
    }
    return parts.size() == 1
        ? parts.get(0).estimator()
        : new Ensemble(parts, plan.direct().size(), channels);
  }

  private StemEstimator estimator(
      MemberNetwork member, List<Stem> wanted, int channels, Consumer<float[][]> shares) {
    if (spec(member) instanceof Segments segments) {
      int[] outputs = outputs(segments, wanted);
      TrackLevel seen = segments.level() ? level : TrackLevel.AS_IT_IS;
      return new SegmentTrack(segments, member.network(), outputs, channels, seen);
    }
    Consumer<float[][]> taken = haveShares() ? shares : frame -> {};
    return patches((Patches) spec(member), member.network(), wanted, channels, taken);
  }

  private PatchEstimator patches(
      Patches spec, Network network, List<Stem> wanted, int channels, Consumer<float[][]> shares) {
    return new PatchEstimator(stft, spec, network, config, outputs(spec, wanted), channels, shares);
  }

  private static int[] outputs(NetworkSpec spec, List<Stem> wanted) {
    return wanted.stream().mapToInt(spec.stems()::indexOf).toArray();
  }
}
