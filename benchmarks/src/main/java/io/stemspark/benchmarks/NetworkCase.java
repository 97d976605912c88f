package io.stemspark.benchmarks;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import io.stemspark.network.UNetConfig;
import io.stemspark.patch.PatchConfig;
import io.stemspark.settings.Section;
import java.nio.file.Path;
import java.util.List;

/**
 * A network to measure.
 *
 * @param warmups untimed runs of each engine
 * @param repetitions timed runs of each engine
 */
record NetworkCase(String name, UNetConfig unet, PatchConfig patch, int warmups, int repetitions) {
  /**
   * The starter and the default network, as the settings files have them.
   *
   * @param root the folder that holds {@code conf/}
   */
  static List<NetworkCase> all(Path root) {
    return List.of(starter(root), standard());
  }

  /**
   * The starter network.
   *
   * @param root the folder that holds {@code conf/}
   */
  static NetworkCase starter(Path root) {
    Config settings =
        ConfigFactory.parseFile(
            root.resolve("conf/starter.conf").toFile(),
            ConfigParseOptions.defaults().setAllowMissing(false));
    return of("starter", settings.withFallback(ConfigFactory.defaultReferenceUnresolved()), 4, 11);
  }

  /** The default network, of which a round takes half a minute. */
  static NetworkCase standard() {
    return of("default", ConfigFactory.defaultReferenceUnresolved(), 1, 5);
  }

  private static NetworkCase of(String name, Config settings, int warmups, int repetitions) {
    Config all = settings.resolve();
    return new NetworkCase(
        name,
        UNetConfig.from(new Section(all, "stemspark.unet")),
        PatchConfig.from(new Section(all, "stemspark.patch")),
        warmups,
        repetitions);
  }
}
