package io.stemspark.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The pages say what is so: links lead somewhere, commands and settings exist, classes too. */
class DocsTest {
  private static final Path ROOT = Path.of(System.getProperty("stemspark.root"));
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");
  private static final Pattern CLASS = Pattern.compile("`((?:[a-z]+\\.)+[A-Z]\\w+)(?:\\.\\w+)?`");
  private static final Pattern SETTING = Pattern.compile("`(stemspark\\.[a-z][a-z0-9.-]+)");
  private static final Pattern ASSIGNMENT = Pattern.compile("--set '?(stemspark\\.[a-z0-9.-]+)=");
  private static final int README_LINES = 120;

  private static Stream<Path> pages() throws IOException {
    List<Path> pages = new ArrayList<>();
    try (Stream<Path> files = Files.list(ROOT)) {
      files.filter(file -> file.toString().endsWith(".md")).forEach(pages::add);
    }
    for (String folder : List.of("docs", "deploy", "demo")) {
      try (Stream<Path> files = Files.walk(ROOT.resolve(folder))) {
        files.filter(file -> file.toString().endsWith(".md")).forEach(pages::add);
      }
    }
    return pages.stream().sorted();
  }

  @ParameterizedTest
  @MethodSource("pages")
  void linksLeadSomewhere(Path page) throws IOException {
    Matcher links = LINK.matcher(Files.readString(page));
    while (links.find()) {
      String link = links.group(1);
      if (link.matches("[a-z]+:.*")) {
        continue;
      }
      String[] parts = link.split("#", 2);
      Path target = parts[0].isEmpty() ? page : page.resolveSibling(parts[0]).normalize();
      assertThat(target).as("%s links to %s", page, link).exists();
      if (parts.length == 2) {
        assertThat(anchors(target)).as("%s links to %s", page, link).contains(parts[1]);
      }
    }
  }

  private static Set<String> anchors(Path page) throws IOException {
    return Files.readAllLines(page).stream()
        .filter(line -> line.startsWith("#"))
        .map(line -> line.replaceFirst("^#+ ", "").toLowerCase(Locale.ROOT))
        .map(title -> title.replaceAll("[^a-z0-9 -]", "").replace(' ', '-'))
        .collect(Collectors.toSet());
  }

  @ParameterizedTest
  @MethodSource("pages")
  void commandsCanBeTyped(Path page) throws IOException {
    for (String command : commands(Files.readString(page))) {
      String[] arguments = command.split("\\s+");
      if (List.of(arguments).contains("--help")) {
        continue;
      }
      assertThatNoException()
          .as("%s: stemspark %s", page, command)
          .isThrownBy(() -> Main.commandLine().parseArgs(arguments));
    }
  }

  /** Those of {@code ./stemspark}, joined where a line goes on, without comments and quotes. */
  static List<String> commands(String page) {
    return page.replaceAll("\\\\\n\\s*", " ")
        .lines()
        .map(String::strip)
        .filter(line -> line.startsWith("./stemspark "))
        .map(line -> line.replaceFirst("\\s+#.*", "").substring("./stemspark ".length()))
        .map(line -> line.replace("'", ""))
        .toList();
  }

  @ParameterizedTest
  @MethodSource("pages")
  void settingsExist(Path page) throws IOException {
    Config reference = ConfigFactory.defaultReferenceUnresolved();
    String text = Files.readString(page);
    for (Pattern pattern : List.of(SETTING, ASSIGNMENT)) {
      Matcher keys = pattern.matcher(text);
      while (keys.find()) {
        String key = keys.group(1).replaceFirst("\\.$", "");
        // A bundle's or a program's name may begin so.
        if (!key.matches("stemspark\\.(jar|cdx.*|training|output)")) {
          assertThat(reference.hasPathOrNull(key)).as("%s: %s", page, key).isTrue();
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("pages")
  void classesExist(Path page) throws IOException {
    Matcher names = CLASS.matcher(Files.readString(page));
    while (names.find()) {
      String name = names.group(1);
      String full =
          name.startsWith("io.") || name.startsWith("org.") ? name : "io.stemspark." + name;
      assertThatNoException()
          .as("%s: %s", page, name)
          .isThrownBy(() -> Class.forName(full, false, DocsTest.class.getClassLoader()));
    }
  }

  @Test
  void theReadmeIsShort() throws IOException {
    assertThat(Files.readAllLines(ROOT.resolve("README.md"))).hasSizeLessThan(README_LINES + 1);
  }
}
