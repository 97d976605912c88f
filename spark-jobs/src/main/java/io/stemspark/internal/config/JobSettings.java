package io.stemspark.internal.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import io.stemspark.audio.DecodingConfig;
import io.stemspark.internal.corpus.CorpusLimits;
import io.stemspark.internal.features.ExtractionConfig;
import io.stemspark.internal.storage.PathTemplate;
import io.stemspark.internal.text.Reason;
import io.stemspark.internal.text.SafeText;
import io.stemspark.network.Stem;
import io.stemspark.network.UNetConfig;
import io.stemspark.patch.PatchConfig;
import io.stemspark.separation.OutputConfig.StemSelection;
import io.stemspark.separation.SeparationConfig;
import io.stemspark.settings.Section;
import io.stemspark.settings.SettingException;
import io.stemspark.spectrogram.StftConfig;
import io.stemspark.training.TrainingConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * All settings of a run: the modules' {@code reference.conf}, then the user's files in order, then
 * {@code --set} assignments. Every value is checked when it is built.
 *
 * @param corpus what lists of tracks may name
 * @param extraction what of a corpus becomes part of a dataset
 * @param lease how long a run's claim on its output lasts without renewal
 * @param spark Spark properties by name, as the settings' {@code spark} block has them
 * @param training the {@code training} block, key by key as written, for a bundle's provenance
 */
public record JobSettings(
    DecodingConfig decoding,
    StftConfig stft,
    PatchConfig patch,
    UNetConfig unet,
    TrainingConfig training,
    SeparationConfig separation,
    PathTemplate paths,
    CorpusLimits corpus,
    ExtractionConfig extraction,
    Duration lease,
    Map<String, String> spark,
    Map<String, String> trainingProvenance) {
  private static final String ROOT = "stemspark";
  private static final String SPARK = "spark";
  private static final String DEFAULT_PATH = "{track_id}/{stem}.{ext}";

  /** Settings files are written by hand. */
  private static final int MAX_BYTES = 1 << 20;

  /**
   * Reads and checks settings.
   *
   * @param files the user's files, later ones win
   * @param assignments {@code key=value}, win over files
   * @throws SettingException when anything is unknown, of the wrong type or impossible
   */
  public static JobSettings load(List<Path> files, List<String> assignments) {
    Config user = ConfigFactory.empty();
    for (Path file : files) {
      user = parse(file).withFallback(user);
    }
    for (String assignment : assignments) {
      user = parse(assignment).withFallback(user);
    }
    // Only the reference files: Java's system properties are not settings.
    Config reference = ConfigFactory.defaultReferenceUnresolved();
    try {
      Config all = user.withFallback(reference).resolve();
      requireKnownKeys(all, reference);
      return from(all);
    } catch (ConfigException e) {
      throw new SettingException(e.getMessage());
    } catch (StackOverflowError | OutOfMemoryError e) {
      throw new SettingException(
          "The settings of %s name each other so often that they do not fit into memory."
              .formatted(files.isEmpty() ? "--set" : files));
    }
  }

  private static JobSettings from(Config all) {
    Function<String, Section> section = block -> new Section(all, ROOT + "." + block);
    StftConfig stft = StftConfig.from(section.apply("stft"));
    Section patchSettings = section.apply("patch");
    PatchConfig patch = PatchConfig.from(patchSettings);
    Section unetSettings = section.apply("unet");
    UNetConfig unet = UNetConfig.from(unetSettings);
    Section output = section.apply("output");
    patchSettings.build(
        "bins",
        () -> {
          if (patch.bins() > stft.bins()) {
            throw new IllegalArgumentException(
                "The patch has %d bins. Expected at most %d, the bins of the STFT."
                    .formatted(patch.bins(), stft.bins()));
          }
          return patch;
        });
    unetSettings.build(
        "features",
        () -> {
          unet.requireFits(patch);
          return unet;
        });
    TrainingConfig training = TrainingConfig.from(section.apply("training"));
    unetSettings.build(
        "out-channels",
        () -> {
          training.requireFits(unet);
          return unet;
        });
    return new JobSettings(
        DecodingConfig.from(section.apply("decoding")),
        stft,
        patch,
        unet,
        training,
        SeparationConfig.from(section.apply("separation"), output),
        output.build("path", () -> new PathTemplate(output.text("path"))),
        CorpusLimits.from(section.apply("corpus")),
        ExtractionConfig.from(section.apply("extraction")),
        Duration.ofSeconds(section.apply("lease").integer("seconds", 2, 86_400)),
        strings(all, SPARK),
        strings(all, ROOT + ".training"));
  }

  /**
   * The same, with stems written as a corpus to train on.
   *
   * @throws SettingException when the settings say otherwise where stems lie, or which
   */
  public JobSettings asCorpus() {
    if (!paths.text().equals(DEFAULT_PATH)
        || !separation.output().stems().equals(StemSelection.ALL)) {
      throw new SettingException(
          "A corpus to train on has its own layout: leave stemspark.output.path and stemspark.output.stems as they are by default.");
    }
    return new JobSettings(
        decoding,
        stft,
        patch,
        unet,
        training,
        separation.withOutput(separation.output().asCorpus()),
        PathTemplate.AS_CORPUS,
        corpus,
        extraction,
        lease,
        spark,
        trainingProvenance);
  }

  /** The same for a network that is there already, and the stems that it estimates. */
  public JobSettings withNetwork(
      StftConfig ofStft, PatchConfig ofPatch, List<Stem> stems, UNetConfig ofUnet) {
    Map<String, String> provenance = new TreeMap<>(trainingProvenance);
    provenance.put("stems", stems.toString());
    return new JobSettings(
        decoding,
        ofStft,
        ofPatch,
        ofUnet,
        training.withStems(stems),
        separation,
        paths,
        corpus,
        extraction,
        lease,
        spark,
        provenance);
  }

  /** Roughly the memory that a worker of a training takes outside the Java heap. */
  public long workerBytes() {
    return training.compute().workerBytes(unet, patch, training.batchSize());
  }

  private static Config parse(Path file) {
    if (!Files.isReadable(file)) {
      throw new SettingException(file + ": There is no such settings file, or it is not readable.");
    }
    try {
      if (Files.size(file) > MAX_BYTES) {
        throw new SettingException(
            "%s has more than %d bytes. Expected a settings file.".formatted(file, MAX_BYTES));
      }
      return ConfigFactory.parseFile(
          file.toFile(),
          ConfigParseOptions.defaults().setIncluder(new FileIncluder(file.toString())));
    } catch (StackOverflowError e) {
      throw new SettingException(file + ": Its brackets are nested too deeply.");
    } catch (IOException e) {
      throw new SettingException("%s cannot be read: %s".formatted(file, Reason.of(e)));
    } catch (ConfigException e) {
      String place = e.origin() == null ? file.toString() : e.origin().description();
      throw new SettingException(place + ": " + withoutSecrets(file, e));
    }
  }

  /** The parser's message, unless it may repeat a part of a credential. */
  private static String withoutSecrets(Path file, ConfigException failure) {
    int line = failure.origin() == null ? -1 : failure.origin().lineNumber();
    try {
      List<String> lines = Files.readAllLines(file);
      boolean shown =
          line >= 1 && line <= lines.size() && !SafeText.isSecretKey(lines.get(line - 1));
      return shown ? failure.getMessage() : "The file is not HOCON (the line is not shown).";
    } catch (IOException | UncheckedIOException e) {
      return "The file is not HOCON in UTF-8.";
    }
  }

  private static Config parse(String assignment) {
    if (assignment.indexOf('=') < 1 && assignment.indexOf(':') < 1 && !assignment.contains("{")) {
      throw new SettingException(
          "--set %s is not a setting. Expected KEY=VALUE.".formatted(SafeText.line(assignment)));
    }
    try {
      return ConfigFactory.parseString(
          assignment,
          ConfigParseOptions.defaults()
              .setOriginDescription("--set " + name(assignment))
              .setIncluder(new FileIncluder("--set " + name(assignment))));
    } catch (StackOverflowError e) {
      throw new SettingException(
          "The value of --set %s has brackets that are nested too deeply."
              .formatted(name(assignment)));
    } catch (ConfigException e) {
      throw new SettingException(
          SafeText.isSecretKey(name(assignment))
              ? "The value of --set %s is not HOCON. Put it in quotes.".formatted(name(assignment))
              : e.getMessage());
    }
  }

  private static String name(String assignment) {
    return assignment.split("[=:{]", 2)[0].strip();
  }

  private static void requireKnownKeys(Config all, Config reference) {
    for (Map.Entry<String, ConfigValue> entry : all.entrySet()) {
      String key = entry.getKey();
      // Spark knows hundreds of properties and checks them itself.
      if (!key.startsWith(SPARK + ".") && !reference.hasPathOrNull(key)) {
        String place = entry.getValue().origin().description();
        throw SafeText.isSecretKey(key)
            ? new SettingException(
                "The setting %s is not known, and its value is not shown (%s). Spark's own begin with spark."
                    .formatted(key, place))
            : new SettingException(
                entry.getValue().origin(),
                key,
                entry.getValue().render(),
                "This key is not known. Known keys are %s.".formatted(knownKeys(reference)));
      }
    }
  }

  private static String knownKeys(Config reference) {
    return reference.getConfig(ROOT).entrySet().stream()
        .map(e -> ROOT + "." + e.getKey())
        .sorted()
        .collect(Collectors.joining(", "));
  }

  private static Map<String, String> strings(Config all, String block) {
    Map<String, String> values = new TreeMap<>();
    for (Map.Entry<String, ConfigValue> entry : all.getConfig(block).entrySet()) {
      String key = String.join(".", ConfigUtil.splitPath(entry.getKey()));
      values.put(key, String.valueOf(entry.getValue().unwrapped()));
    }
    return values;
  }
}
