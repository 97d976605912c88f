package io.stemspark.jobs.ledger;

import io.stemspark.jobs.corpus.AudioFile;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * What a track's result depends on. Two equal ones give the same result, so that it need not be
 * made again.
 *
 * @param input hash of where the input lies, its size and its version
 * @param model hash of the model; empty where there is none
 * @param settings hash of the settings that the result depends on
 */
public record Fingerprint(String input, String model, String settings) implements Serializable {
  private static final int DIGITS = 16;

  /** The input hash of these files. */
  public static String ofFiles(List<AudioFile> files) {
    StringBuilder text = new StringBuilder();
    for (AudioFile file : files) {
      text.append(file.uri()).append('\n').append(file.stream()).append('\n');
      text.append(file.bytes()).append('\n').append(file.version()).append('\n');
    }
    return hash(text.toString());
  }

  /** The hash of settings in words, or of anything else. */
  public static String hash(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest).substring(0, DIGITS);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
