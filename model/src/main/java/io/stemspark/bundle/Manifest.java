package io.stemspark.bundle;

import io.stemspark.internal.network.StemSet;
import io.stemspark.network.NetworkSpec;
import io.stemspark.network.NetworkSpec.Output;
import io.stemspark.network.NetworkSpec.Patches;
import io.stemspark.network.NetworkSpec.Segments;
import io.stemspark.network.Stem;
import io.stemspark.patch.PatchConfig;
import io.stemspark.spectrogram.StftConfig;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What a bundle says about itself, {@code manifest.json}.
 *
 * @param formatVersion {@link ModelBundle#FORMAT_VERSION}
 * @param stft the spectrograms of networks that see patches of them; its sample rate is that of all
 *     networks
 * @param stems what the model separates a mixture into
 * @param residual the one of them that is what the others leave of the mixture
 * @param members its networks, one at least
 * @param origin where it comes from
 * @param metrics what it scored, by name
 * @param entries SHA-256 in hexadecimal of every other entry of the bundle, by name
 */
public record Manifest(
    int formatVersion,
    StftConfig stft,
    List<Stem> stems,
    Stem residual,
    List<Member> members,
    Origin origin,
    Map<String, Double> metrics,
    Map<String, String> entries)
    implements Serializable {
  static final int MAX_MEMBERS = 32;

  /** Most elements of a channel's window, so that a hostile bundle cannot ask for all memory. */
  private static final long MAX_ELEMENTS = 1 << 24;

  /**
   * One of a model's networks.
   *
   * @param name of its entries, without extensions
   * @param network what it takes and gives
   * @param weights of its estimate of each of its stems: of a stem that several networks estimate,
   *     the weighted mean is taken
   */
  public record Member(String name, NetworkSpec network, List<Double> weights)
      implements Serializable {
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9_-]{0,63}");

    public Member {
      weights = List.copyOf(weights);
      if (!NAME.matcher(name).matches()) {
        throw new IllegalArgumentException(
            "A network has the name \"%s\". Expected lower-case letters, digits, - and _, at most 64."
                .formatted(name));
      }
      if (weights.size() != network.stems().size()
          || weights.stream().anyMatch(weight -> !(weight >= 0) || weight > 1e6)) {
        throw new IllegalArgumentException(
            "The network %s has the weights %s. Expected one from 0 to 1e6 for each of its stems %s."
                .formatted(name, weights, network.stems()));
      }
    }

    /** A network whose estimates all count. */
    public static Member of(String name, NetworkSpec network) {
      return new Member(name, network, network.stems().stream().map(stem -> 1.0).toList());
    }

    /** The weight of its estimate of a stem; 0 if it gives none. */
    public double weight(Stem stem) {
      int at = network.stems().indexOf(stem);
      return at < 0 ? 0 : weights.get(at);
    }
  }

  public Manifest {
    stems = List.copyOf(stems);
    members = List.copyOf(members);
    metrics = Map.copyOf(metrics);
    entries = Map.copyOf(entries);
    List<Stem> direct = new StemSet(stems, residual).direct();
    if (members.isEmpty() || members.size() > MAX_MEMBERS) {
      throw new IllegalArgumentException(
          "The model has %d networks. Expected 1 to %d.".formatted(members.size(), MAX_MEMBERS));
    }
    Set<String> names = new HashSet<>();
    for (Member member : members) {
      if (!names.add(member.name)) {
        throw new IllegalArgumentException("Two networks have the name %s.".formatted(member.name));
      }
      requireFits(member.network, stft);
    }
    for (Stem stem : direct) {
      if (members.stream().noneMatch(member -> member.weight(stem) > 0)) {
        throw new IllegalArgumentException(
            "No network gives the stem %s. Expected one for each stem but the residual, %s."
                .formatted(stem, residual));
      }
    }
    requireAlike(members);
    if (origin instanceof Origin.Fitted fitted) {
      requireFitted(fitted, members);
    }
  }

  private static void requireFits(NetworkSpec network, StftConfig stft) {
    if (network instanceof Segments segments) {
      if (segments.sampleRate() != stft.sampleRate()) {
        throw new IllegalArgumentException(
            "A network sees %d Hz, but the model %d Hz."
                .formatted(segments.sampleRate(), stft.sampleRate()));
      }
      return;
    }
    PatchConfig patch = ((Patches) network).patch();
    if (patch.bins() > stft.bins()) {
      throw new IllegalArgumentException(
          "A patch has %d bins, but the STFT has %d.".formatted(patch.bins(), stft.bins()));
    }
    if ((long) patch.frames() * stft.bins() > MAX_ELEMENTS) {
      throw new IllegalArgumentException(
          "A window has %d frames of %d bins. Expected at most %d elements."
              .formatted(patch.frames(), stft.bins(), MAX_ELEMENTS));
    }
  }

  /** Ratios are of what all networks give of a patch, each of other stems. */
  private static void requireAlike(List<Member> members) {
    List<Patches> ratios = new ArrayList<>();
    List<Stem> given = new ArrayList<>();
    for (Member member : members) {
      if (member.network instanceof Patches network && network.output() == Output.RATIO) {
        ratios.add(network);
        given.addAll(network.stems());
      }
    }
    long kinds =
        ratios.stream()
            .map(one -> List.of(one.patch(), one.channels(), one.axes(), one.inputScale()))
            .distinct()
            .count();
    boolean alike = kinds == 1 && ratios.size() == members.size();
    boolean apart = new HashSet<>(given).size() == given.size();
    boolean even = members.stream().allMatch(one -> one.weights.stream().allMatch(w -> w == 1));
    if (!ratios.isEmpty() && !(alike && apart && even)) {
      throw new IllegalArgumentException(
          "A network's magnitudes are to be a ratio. Expected all networks to see the same patches and to give magnitudes of other stems, each of weight 1.");
    }
  }

  private static void requireFitted(Origin.Fitted fitted, List<Member> members) {
    NetworkSpec network = members.get(0).network;
    if (members.size() > 1
        || !(network instanceof Patches patches)
        || !patches.equals(
            Patches.unet(patches.patch(), fitted.unet().inChannels(), patches.stems()))
        || patches.stems().size() != fitted.unet().stems()) {
      throw new IllegalArgumentException(
          "The network is %s, but the fitted U-Net takes magnitudes and gives masks of %d stems."
              .formatted(network, fitted.unet().stems()));
    }
    fitted.unet().requireFits(patches.patch());
  }

  /**
   * The only network of a model that sees patches of spectrograms, as those do that were trained
   * here.
   *
   * @throws IllegalArgumentException when it has others
   */
  public Patches network() {
    if (members.size() > 1 || !(members.get(0).network instanceof Patches patches)) {
      throw new IllegalArgumentException(
          "The model has the networks %s. Expected one that sees patches of spectrograms."
              .formatted(members.stream().map(Member::name).toList()));
    }
    return patches;
  }

  /** The size of that network's input. */
  public PatchConfig patch() {
    return network().patch();
  }
}
