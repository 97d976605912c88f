package io.stemspark.bundle;

import io.stemspark.internal.text.SafeText;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipInputStream;

/** Reads the entries of a bundle, each of which has to be known and not too long. */
final class BundleEntries {
  /** Deflate makes so many bytes of one at most. */
  private static final long MOST_DEFLATED = 1032;

  private static final Pattern MODEL = Pattern.compile("[a-z0-9_-]{1,64}(\\.int8)?\\.onnx");
  private static final int MAX_MANIFEST_BYTES = 1 << 20;

  /** Two models of each network, the manifest and weights. */
  private static final int MAX_ENTRIES = 2 * Manifest.MAX_MEMBERS + 2;

  static final long MAX_BYTES = 2L * ModelBundle.MAX_ENTRY_BYTES;

  private BundleEntries() {}

  /**
   * All entries, by name.
   *
   * @param weights whether what only training needs is kept; else that entry is empty
   */
  static Map<String, byte[]> read(InputStream stream, boolean weights) throws IOException {
    Map<String, byte[]> entries = new HashMap<>();
    ZipInputStream zip = new ZipInputStream(stream);
    for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
      String name = entry.getName();
      int most = most(name);
      boolean passed = name.equals(ModelBundle.WEIGHTS) && !weights;
      byte[] content = passed ? new byte[0] : zip.readNBytes(most + 1);
      long length = passed ? passOver(zip, most) : content.length;
      put(entries, name, content, length);
    }
    return entries;
  }

  /** The manifest alone; nothing of the entries after it is read. */
  static byte[] readManifest(InputStream stream) throws IOException {
    ZipInputStream zip = new ZipInputStream(stream);
    int left = MAX_ENTRIES;
    for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
      int most = most(entry.getName());
      if (entry.getName().equals(ModelBundle.MANIFEST)) {
        byte[] content = zip.readNBytes(most + 1);
        put(new HashMap<>(), entry.getName(), content, content.length);
        return content;
      }
      if (passOver(zip, most) > most || --left == 0) {
        throw new BundleException("It has too many entries before its manifest, or too long ones.");
      }
    }
    throw new BundleException(ModelBundle.MANIFEST + " is missing. Is the file a bundle?");
  }

  /** The same without what only training needs, which is not even unpacked. */
  static Map<String, byte[]> readForInference(ZipFile zip) throws IOException {
    Map<String, byte[]> entries = new HashMap<>();
    for (ZipEntry entry : Collections.list(zip.entries())) {
      String name = entry.getName();
      int most = most(name);
      byte[] content = new byte[0];
      if (!name.equals(ModelBundle.WEIGHTS)) {
        try (InputStream stream = zip.getInputStream(entry)) {
          content = content(stream, entry, most);
        }
      }
      put(entries, name, content, Math.max(entry.getSize(), content.length));
    }
    return entries;
  }

  /**
   * An entry, as far as one byte beyond the most that it may have.
   *
   * @param entry says how long it is, which need not be true
   */
  private static byte[] content(InputStream stream, ZipEntry entry, int most) throws IOException {
    long told = entry.getSize();
    if (told < 0 || told > Math.min(most, MOST_DEFLATED * entry.getCompressedSize())) {
      return stream.readNBytes(most + 1);
    }
    // In one piece: what grows is in memory twice for a moment.
    byte[] content = new byte[(int) told];
    int length = stream.readNBytes(content, 0, content.length);
    byte[] more = stream.readNBytes(most + 1 - length);
    if (length == content.length && more.length == 0) {
      return content;
    }
    byte[] all = Arrays.copyOf(content, length + more.length);
    System.arraycopy(more, 0, all, length, more.length);
    return all;
  }

  /** The most bytes that an entry may have. */
  private static int most(String name) throws BundleException {
    boolean known =
        name.equals(ModelBundle.MANIFEST)
            || name.equals(ModelBundle.WEIGHTS)
            || MODEL.matcher(name).matches();
    if (!known) {
      throw new BundleException("The entry %s is not known.".formatted(SafeText.quoted(name)));
    }
    return name.equals(ModelBundle.MANIFEST) ? MAX_MANIFEST_BYTES : ModelBundle.MAX_ENTRY_BYTES;
  }

  private static void put(Map<String, byte[]> entries, String name, byte[] content, long length)
      throws BundleException {
    if (length > most(name)) {
      throw new BundleException("The entry %s has more than %d bytes.".formatted(name, most(name)));
    }
    long total = length;
    for (byte[] other : entries.values()) {
      total += other.length;
    }
    if (entries.size() == MAX_ENTRIES || total > MAX_BYTES) {
      throw new BundleException(
          "The bundle has more than %d entries or %d bytes.".formatted(MAX_ENTRIES, MAX_BYTES));
    }
    if (entries.put(name, content) != null) {
      throw new BundleException("The bundle has two entries %s.".formatted(name));
    }
  }

  /** The length of an entry, as far as one beyond the most that it may have. */
  private static long passOver(InputStream entry, long most) throws IOException {
    byte[] block = new byte[1 << 16];
    long length = 0;
    for (int n = 0; n >= 0 && length <= most; n = entry.read(block)) {
      length += n;
    }
    return length;
  }
}
