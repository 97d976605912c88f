package io.stemspark.examples;

import io.stemspark.Separator;
import java.io.IOException;
import java.nio.file.Path;

/** Separates a track: SeparateFile BUNDLE TRACK FOLDER. */
public final class SeparateFile {
  public static void main(String[] arguments) throws IOException {
    try (Separator separator = Separator.load(Path.of(arguments[0]))) {
      separator.separate(Path.of(arguments[1])).writeTo(Path.of(arguments[2]));
    }
  }
}
