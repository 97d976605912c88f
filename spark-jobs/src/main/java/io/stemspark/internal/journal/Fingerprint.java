package io.stemspark.internal.journal;

import io.stemspark.bundle.ModelBundle;
import io.stemspark.internal.corpus.AudioFile;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What a track's result depends on. Equal fingerprints mean equal results, so that a result need
 * not be made again.
 *
 * <p>Version 2 hashes canonical JSON ({@code docs/formats/fingerprint.md}) and begins its hashes
 * with "2:". Version 1 has no such prefix and hashed the text of Java records. It is only computed
 * to recognise results of earlier releases.
 *
 * @param input hash of where the input lies, its size and its version
 * @param model hash of the model; empty where there is none
 * @param settings hash of the settings that the result depends on
 */
public record Fingerprint(String input, String model, String settings) implements Serializable {
  private static final int DIGITS = 16;
  private static final String VERSION = "2:";

  public Fingerprint {
    Objects.requireNonNull(input, "input is null");
    Objects.requireNonNull(model, "model is null");
    Objects.requireNonNull(settings, "settings is null");
  }

  /** The input hash of these files. */
  public static String ofFiles(List<AudioFile> files) {
    return of(files.stream().map(Fingerprint::describe).toList());
  }

  private static Map<String, Object> describe(AudioFile file) {
    return Map.of(
        "bytes", file.bytes(),
        "stream", file.stream(),
        "uri", file.uri(),
        "version", file.version());
  }

  /** The hash of a JSON value. */
  static String of(Object json) {
    return VERSION + hash(CanonicalJson.write(json));
  }

  /** The input hash of these files in version 1. */
  public static String formerOfFiles(List<AudioFile> files) {
    StringBuilder text = new StringBuilder();
    for (AudioFile file : files) {
      text.append(file.uri()).append('\n').append(file.stream()).append('\n');
      text.append(file.bytes()).append('\n').append(file.version()).append('\n');
    }
    return hash(text.toString());
  }

  /** The hash of a text. */
  public static String hash(String text) {
    return ModelBundle.sha256(text.getBytes(StandardCharsets.UTF_8)).substring(0, DIGITS);
  }
}
