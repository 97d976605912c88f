package io.stemspark.settings;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * One block of settings, for example {@code stemspark.stft}, read with ranges.
 *
 * <p>Every read either returns a usable value or throws a {@link SettingException}.
 */
public final class Section {
  private final Config config;
  private final String path;

  /**
   * @param config a resolved configuration that holds the block
   * @param path the block's full path
   */
  public Section(Config config, String path) {
    this.config = config;
    this.path = path;
  }

  /** The whole number of a key, from {@code least} to {@code most}. */
  public int integer(String key, int least, int most) {
    String expected = "a whole number from " + least + " to " + most;
    double value = read(key, config::getDouble, expected);
    if (!(value >= least && value <= most) || value != Math.rint(value)) {
      throw unexpected(key, expected);
    }
    return (int) value;
  }

  /** The whole number of a key. */
  public long integer64(String key) {
    return read(key, config::getLong, "a whole number");
  }

  /** The number of a key, from {@code least} to {@code most}. */
  public double number(String key, double least, double most) {
    String expected = "a number from " + least + " to " + most;
    double value = read(key, config::getDouble, expected);
    if (!(value >= least && value <= most)) {
      throw unexpected(key, expected);
    }
    return value;
  }

  /** The truth of a key. */
  public boolean flag(String key) {
    return read(key, config::getBoolean, "true or false");
  }

  /** The text of a key. */
  public String text(String key) {
    return read(key, config::getString, "text");
  }

  /** The whole numbers of a key, one at least, each from {@code least} to {@code most}. */
  public List<Integer> integers(String key, int least, int most) {
    String expected = "a list of whole numbers from " + least + " to " + most;
    List<Double> values = read(key, config::getDoubleList, expected);
    if (values.isEmpty()
        || values.stream().anyMatch(v -> v < least || v > most || v != Math.rint(v))) {
      throw unexpected(key, expected);
    }
    return values.stream().map(Double::intValue).toList();
  }

  /** A list of texts. */
  public List<String> texts(String key) {
    return read(key, config::getStringList, "a list of texts");
  }

  /** A list of texts, or one text, which is a list of one. */
  public List<String> textOrTexts(String key) {
    String expected = "text, or a list of texts";
    ConfigValueType type = read(key, config::getValue, expected).valueType();
    return type == ConfigValueType.LIST
        ? read(key, config::getStringList, expected)
        : List.of(read(key, config::getString, expected));
  }

  /** One of an enum's constants, written in lower case, words with hyphens between them. */
  public <E extends Enum<E>> E choice(String key, Class<E> type) {
    E[] constants = type.getEnumConstants();
    String expected =
        Arrays.stream(constants)
            .map(Section::word)
            .collect(Collectors.joining(", ", "one of ", ""));
    String value = read(key, config::getString, expected);
    return Arrays.stream(constants)
        .filter(c -> word(c).equals(value))
        .findFirst()
        .orElseThrow(() -> unexpected(key, expected));
  }

  /** A constant as settings have it. */
  public static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * Builds a record whose constructor checks how its values fit together. When they do not, the
   * message names the place of {@code key}, followed by that of the constructor.
   */
  public <T> T build(String key, Supplier<T> constructor) {
    try {
      return constructor.get();
    } catch (IllegalArgumentException e) {
      throw wrong(key, e.getMessage());
    }
  }

  private <T> T read(String key, Function<String, T> getter, String expected) {
    try {
      return getter.apply(path + "." + key);
    } catch (ConfigException.Missing e) {
      throw new SettingException(
          "%s.%s is missing or null. Expected %s.".formatted(path, key, expected));
    } catch (ConfigException.WrongType | ConfigException.BadValue e) {
      throw unexpected(key, expected);
    }
  }

  private SettingException unexpected(String key, String expected) {
    return wrong(key, "Expected %s.".formatted(expected));
  }

  private SettingException wrong(String key, String problem) {
    ConfigValue value = config.getValue(path + "." + key);
    return new SettingException(value.origin(), path + "." + key, value.render(), problem);
  }
}
