package io.stemspark.cli;

import static io.stemspark.cli.Result.run;

import io.stemspark.Demo;
import io.stemspark.TestBundle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A corpus of three songs, a small model, and a folder for stems. */
abstract class ThreeSongs {
  @TempDir Path folder;
  Path bundle;
  Path music;
  Path out;

  @BeforeEach
  void prepare() throws IOException {
    bundle = TestBundle.write(folder.resolve("model.bundle"));
    music = Files.createDirectory(folder.resolve("music"));
    out = folder.resolve("out");
    Path clip = Demo.FOLDER.resolve("test/es-echo-mp3/mixture.mp3");
    for (String name : new String[] {"a", "b", "c"}) {
      Files.copy(clip, music.resolve(name + ".mp3"));
    }
  }

  Result separate(Path input, String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of("separate", input.toString(), out.toString(), "--model", bundle.toString()));
    arguments.addAll(Arrays.asList(more));
    return run(arguments.toArray(String[]::new));
  }
}
