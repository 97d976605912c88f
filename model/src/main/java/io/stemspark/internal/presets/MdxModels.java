package io.stemspark.internal.presets;

import com.fasterxml.jackson.core.type.TypeReference;
import io.stemspark.internal.json.StrictJson;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * Public networks of the MDX-Net kind, by which Ultimate Vocal Remover knows them: the MD5 of the
 * last 10,240,000 bytes of their files.
 */
final class MdxModels {
  private static final int KEY_BYTES = 10_240_000;

  private MdxModels() {}

  /**
   * What is known of a network.
   *
   * @param hash its key
   * @param gain factor that makes up for what it loses
   */
  record Known(String hash, String name, int fftSize, double gain, String stem) {}

  /** What is known of a file. */
  static Optional<Known> find(byte[] model) {
    String key = key(model);
    return all().stream().filter(known -> known.hash.equals(key)).findFirst();
  }

  private static List<Known> all() {
    try (InputStream table = MdxModels.class.getResourceAsStream("mdx-models.json")) {
      return StrictJson.MAPPER.readValue(table, new TypeReference<List<Known>>() {});
    } catch (IOException e) {
      throw new UncheckedIOException("The table of networks cannot be read.", e);
    }
  }

  private static String key(byte[] model) {
    try {
      MessageDigest digest = MessageDigest.getInstance("MD5");
      int from = Math.max(0, model.length - KEY_BYTES);
      digest.update(model, from, model.length - from);
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every JDK has MD5.", e);
    }
  }
}
