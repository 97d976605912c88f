package io.stemspark.cli;

import io.stemspark.internal.config.JobSettings;
import io.stemspark.internal.jobs.BundleJoin;
import io.stemspark.network.Stem;
import io.stemspark.run.InputException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "join",
    description = {
      "Make one bundle of several. Of a stem that several of them estimate, the weighted mean is taken.",
      "A bundle that was trained here gives its network, and not what further training needs."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class BundleJoinCommand implements Callable<Integer> {
  @Parameters(
      index = "0..*",
      arity = "3..*",
      paramLabel = "BUNDLE",
      description = "The bundles; then the bundle to write.")
  private List<String> bundles;

  @Option(
      names = "--weights",
      paramLabel = "[STEM=]N,N...",
      description =
          "Weights of the bundles' estimates, in their order; once for all stems, or by stem. Default: 1 each.")
  private List<String> weights = List.of();

  @Mixin private NewBundleOptions output;
  @Mixin private RunOptions options;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    JobSettings settings = options.settings();
    Configuration hadoop = options.spark("bundle join", settings).hadoop();
    int last = bundles.size() - 1;
    List<Double> ofAll = new ArrayList<>();
    Map<Stem, List<Double>> ofStems = new HashMap<>();
    try {
      for (String text : weights) {
        int sign = text.indexOf('=');
        List<Double> numbers = numbers(text.substring(sign + 1));
        boolean again =
            sign < 0
                ? !ofAll.isEmpty()
                : ofStems.put(new Stem(text.substring(0, sign)), numbers) != null;
        if (again) {
          throw new IllegalArgumentException(
              "--weights has %s, and others for the same. Expected each once.".formatted(text));
        }
        ofAll = sign < 0 ? numbers : ofAll;
      }
      output.require(bundles.get(last), hadoop);
      output.write(
          BundleJoin.open(bundles.subList(0, last), hadoop)
              .bundle(ofAll, ofStems, output.residual()),
          bundles.get(last),
          settings,
          hadoop,
          spec.commandLine());
      return Main.DONE;
    } catch (IllegalArgumentException e) {
      throw new InputException(e.getMessage(), e);
    }
  }

  private static List<Double> numbers(String text) {
    try {
      return Stream.of(text.split(",", -1)).map(Double::valueOf).toList();
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "--weights has %s. Expected numbers such as 2,1.".formatted(text), e);
    }
  }
}
