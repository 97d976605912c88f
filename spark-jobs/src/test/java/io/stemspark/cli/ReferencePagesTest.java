package io.stemspark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;

/**
 * The pages of commands and settings are made of the program. Where this fails, it has written them
 * anew: look at the difference, and commit them.
 */
class ReferencePagesTest {
  private static final Path DOCS =
      Path.of(System.getProperty("stemspark.root"), "docs", "reference");
  private static final List<String> FILES =
      List.of("feature-extraction", "model", "training", "spark-jobs");

  @Test
  void commandsAreUpToDate() throws IOException {
    StringBuilder page = new StringBuilder("# Commands\n\nMade of the program's own help.\n");
    CommandLine program = Main.commandLine();
    append(program, "stemspark", page);
    assertUpToDate("commands.md", page.toString());
  }

  private static void append(CommandLine command, String name, StringBuilder page) {
    String usage = command.getUsageMessage(Ansi.OFF).replaceAll(" +\n", "\n").strip();
    page.append("\n## %s\n\n```\n%s\n```\n".formatted(name, usage));
    new TreeMap<>(command.getSubcommands())
        .forEach(
            (child, line) -> {
              if (!child.equals("help")) {
                append(line, name + " " + child, page);
              }
            });
  }

  @Test
  void settingsAreUpToDate() throws IOException {
    // Two modules have settings of some blocks.
    Map<String, StringBuilder> blocks = new LinkedHashMap<>();
    for (String module : FILES) {
      Path file =
          DOCS.resolve("../../" + module + "/src/main/resources/reference.conf").normalize();
      if (Files.exists(file)) {
        ConfigObject root = ConfigFactory.parseFile(file.toFile()).root();
        for (String path : List.of("stemspark", "spark")) {
          if (root.get(path) instanceof ConfigObject settings) {
            append(settings, path, path, blocks);
          }
        }
      }
    }
    StringBuilder page =
        new StringBuilder("# Settings\n\nMade of each module's `reference.conf`.\n");
    blocks.forEach((name, text) -> page.append("\n## ").append(name).append('\n').append(text));
    assertUpToDate("settings.md", page.toString());
  }

  private static void append(
      ConfigObject settings, String path, String block, Map<String, StringBuilder> blocks) {
    settings.entrySet().stream()
        .sorted(Comparator.comparingInt(entry -> entry.getValue().origin().lineNumber()))
        .forEach(entry -> append(entry.getValue(), path + "." + entry.getKey(), block, blocks));
  }

  private static void append(
      ConfigValue value, String path, String block, Map<String, StringBuilder> blocks) {
    String comment = String.join(" ", value.origin().comments()).replaceAll("\\s+", " ").strip();
    String reason = comment.isEmpty() ? "" : "\n" + comment + "\n";
    if (value instanceof ConfigObject settings) {
      String own = block.equals("stemspark") ? path : block;
      blocks.computeIfAbsent(own, name -> new StringBuilder()).append(reason);
      append(settings, path, own, blocks);
    } else {
      String text = value.render(ConfigRenderOptions.concise());
      blocks
          .computeIfAbsent(block, name -> new StringBuilder())
          .append("\n**`%s`** = `%s`\n".formatted(path, text))
          .append(reason);
    }
  }

  private static void assertUpToDate(String name, String expected) throws IOException {
    Path file = DOCS.resolve(name);
    String written = Files.exists(file) ? Files.readString(file) : "";
    if (!written.equals(expected)) {
      Files.writeString(file, expected);
    }
    assertThat(written)
        .as("%s was out of date, and has been written anew", file)
        .isEqualTo(expected);
  }
}
