package io.stemspark.internal.jobs;

import io.stemspark.bundle.Manifest.Member;
import io.stemspark.bundle.ModelBundle;
import io.stemspark.bundle.Origin;
import io.stemspark.internal.journal.Version;
import io.stemspark.internal.pipeline.Inputs;
import io.stemspark.network.NetworkSpec.Output;
import io.stemspark.network.NetworkSpec.Patches;
import io.stemspark.network.Stem;
import io.stemspark.run.InputException;
import io.stemspark.spectrogram.StftConfig;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** Makes one bundle of several: of a stem that several of them estimate, the weighted mean. */
public final class BundleJoin {
  private final List<String> files;
  private final List<ModelBundle> bundles;

  private BundleJoin(List<String> files, List<ModelBundle> bundles) {
    this.files = files;
    this.bundles = bundles;
  }

  /**
   * Reads bundles.
   *
   * @throws InputException when one cannot be used, or they cannot be one
   */
  public static BundleJoin open(List<String> files, Configuration configuration) {
    return Inputs.check(
        () -> {
          List<ModelBundle> bundles = new ArrayList<>();
          for (String file : files) {
            ModelBundle bundle = Inputs.readForInference(file, configuration);
            requireNoRatio(file, bundle);
            bundles.add(bundle);
          }
          BundleJoin join = new BundleJoin(files, bundles);
          join.requireAlike();
          return join;
        });
  }

  /** Networks that see patches see those of one transform. */
  private void requireAlike() throws IOException {
    int first = 0;
    for (int i = 0; i < bundles.size(); i++) {
      StftConfig stft = bundles.get(i).manifest().stft();
      StftConfig before = bundles.get(first).manifest().stft();
      if (stft.sampleRate() != before.sampleRate()) {
        throw differ(first, before.sampleRate() + " Hz", i, stft.sampleRate() + " Hz");
      }
      if (!seesPatches(first)) {
        first = i;
      } else if (seesPatches(i) && !stft.equals(before)) {
        throw differ(first, before.toString(), i, stft.toString());
      }
    }
  }

  private IOException differ(int one, String ofOne, int other, String ofOther) {
    return new IOException(
        "%s sees %s, and %s sees %s. Networks of one bundle have to see the same."
            .formatted(files.get(one), ofOne, files.get(other), ofOther));
  }

  private boolean seesPatches(int bundle) {
    return bundles.get(bundle).manifest().members().stream()
        .anyMatch(member -> member.network() instanceof Patches);
  }

  /**
   * Makes the bundle, and tries it.
   *
   * @param weights of each bundle's estimates, for all stems; none for 1 each
   * @param ofStems the same of single stems, which go before
   * @param residual the stem that is what the others leave; empty for the usual one
   * @throws InputException when the networks do not make one model
   */
  public ModelBundle bundle(
      List<Double> weights, Map<Stem, List<Double>> ofStems, Optional<Stem> residual) {
    return Inputs.check(
        () -> {
          requireForEach("--weights", weights);
          requireEstimated(ofStems.keySet());
          ofStems.values().forEach(some -> requireForEach("--weights", some));
          List<Member> members = new ArrayList<>();
          Map<String, byte[]> models = new HashMap<>();
          StftConfig stft = bundles.get(0).manifest().stft();
          for (int i = 0; i < bundles.size(); i++) {
            stft = seesPatches(i) ? bundles.get(i).manifest().stft() : stft;
            for (Member member : bundles.get(i).manifest().members()) {
              String name = name(i, member);
              members.add(new Member(name, member.network(), weights(member, i, weights, ofStems)));
              models.put(name, bundles.get(i).onnx(member.name()));
            }
          }
          return withInt8(ModelBundle.importing(stft, residual, members, models, origin()));
        });
  }

  private ModelBundle withInt8(ModelBundle joined) {
    ModelBundle more = joined;
    for (int i = 0; i < bundles.size(); i++) {
      for (Member member : bundles.get(i).manifest().members()) {
        Optional<byte[]> int8 = bundles.get(i).int8(member.name());
        if (int8.isPresent()) {
          more = more.withInt8(name(i, member), int8.get(), Map.of());
        }
      }
    }
    return more;
  }

  private static String name(int bundle, Member member) {
    return "%d-%s".formatted(bundle + 1, member.name());
  }

  /** Those of a bundle's networks are shares of its estimate, whatever they were in it. */
  private List<Double> weights(
      Member member, int bundle, List<Double> weights, Map<Stem, List<Double>> ofStems) {
    List<Double> scaled = new ArrayList<>();
    for (Stem stem : member.network().stems()) {
      List<Double> some = ofStems.getOrDefault(stem, weights);
      double all =
          bundles.get(bundle).manifest().members().stream()
              .mapToDouble(other -> other.weight(stem))
              .sum();
      double share = all > 0 ? member.weight(stem) / all : 0;
      scaled.add(share * (some.isEmpty() ? 1 : some.get(bundle)));
    }
    return scaled;
  }

  private void requireEstimated(Set<Stem> stems) {
    List<Stem> estimated =
        bundles.stream().flatMap(bundle -> bundle.manifest().stems().stream()).distinct().toList();
    for (Stem stem : stems) {
      if (!estimated.contains(stem)) {
        throw new IllegalArgumentException(
            "--weights has %s, but the bundles have %s.".formatted(stem, estimated));
      }
    }
  }

  /** Their masks are shares of what all of them estimate of one window. */
  private static void requireNoRatio(String file, ModelBundle bundle) throws IOException {
    for (Member member : bundle.manifest().members()) {
      if (member.network() instanceof Patches network && network.output() == Output.RATIO) {
        throw new IOException(
            "%s has networks whose stems share the mixture, and cannot be joined. Import them as one network that gives masks."
                .formatted(file));
      }
    }
  }

  private void requireForEach(String option, List<Double> weights) {
    if (!weights.isEmpty() && weights.size() != bundles.size()) {
      throw new IllegalArgumentException(
          "%s has %d weights for %d bundles. Expected one for each."
              .formatted(option, weights.size(), bundles.size()));
    }
  }

  private Origin.Imported origin() {
    List<Origin> origins = bundles.stream().map(bundle -> bundle.manifest().origin()).toList();
    // SPDX: all of these hold, and NOASSERTION is where nobody has said.
    String licence =
        origins.stream()
            .map(origin -> origin.licence().isEmpty() ? "NOASSERTION" : origin.licence())
            .map(text -> text.contains(" OR ") ? "(" + text + ")" : text)
            .distinct()
            .collect(Collectors.joining(" AND "));
    String source =
        origins.stream()
            .map(origin -> origin instanceof Origin.Imported other ? other.source() : "Stemspark")
            .filter(text -> !text.isEmpty())
            .distinct()
            .collect(Collectors.joining("; "));
    String names =
        files.stream().map(file -> new Path(file).getName()).collect(Collectors.joining(", "));
    String now = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
    return new Origin.Imported(
        licence.equals("NOASSERTION") ? "" : licence, source, names, Version.stemspark(), now);
  }
}
