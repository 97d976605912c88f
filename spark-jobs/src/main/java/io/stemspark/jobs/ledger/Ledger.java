package io.stemspark.jobs.ledger;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.stemspark.bundle.StrictJson;
import io.stemspark.jobs.storage.AtomicFiles;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;
import org.apache.hadoop.io.IOUtils;

/**
 * What all runs did with the tracks of an output folder: JSON Lines below {@code
 * _stemspark/ledger/<run>}.
 *
 * <p>Tasks write many small files, so that a run that is killed has lost little; when a run ends
 * they are gathered into few, compressed ones. No file is ever changed, and each appears whole, so
 * one that is read while another takes its place gives rows twice at worst.
 */
public final class Ledger {
  /** The folder for everything but the results; a name that corpora never look into. */
  public static final String FOLDER = "_stemspark";

  static final ObjectMapper MAPPER =
      StrictJson.MAPPER
          .copy()
          .disable(SerializationFeature.INDENT_OUTPUT)
          // Newer versions may say more.
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

  private static final String PLAIN = ".jsonl";
  private static final String GATHERED = ".jsonl.gz";

  private Ledger() {}

  /** The folder of the ledger of an output folder. */
  public static Path folder(String output) {
    return new Path(output, FOLDER + "/ledger");
  }

  /** The files that hold the rows of a folder, of the ledger as a whole or of one run. */
  public static List<String> files(Path folder, Configuration configuration) throws IOException {
    FileSystem files = folder.getFileSystem(configuration);
    List<String> found = new ArrayList<>();
    if (!files.exists(folder)) {
      return found;
    }
    RemoteIterator<LocatedFileStatus> listing = files.listFiles(folder, true);
    while (listing.hasNext()) {
      Path file = listing.next().getPath();
      String name = file.getName();
      if (!name.startsWith(".") && (name.endsWith(PLAIN) || name.endsWith(GATHERED))) {
        found.add(file.toString());
      }
    }
    return found;
  }

  /**
   * Reads the rows of a file.
   *
   * @throws IOException that names file and line when that is no row
   */
  public static void read(String file, Configuration configuration, Consumer<LedgerRow> rows)
      throws IOException {
    try (BufferedReader lines = open(new Path(file), configuration)) {
      long number = 0;
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        number++;
        rows.accept(parse(file, number, line));
      }
    }
  }

  private static LedgerRow parse(String file, long number, String line) throws IOException {
    try {
      return MAPPER.readValue(line, LedgerRow.class);
    } catch (JsonProcessingException e) {
      throw new IOException(
          "%s, line %d is no row of a ledger: %s".formatted(file, number, e.getOriginalMessage()),
          e);
    }
  }

  private static BufferedReader open(Path file, Configuration configuration) throws IOException {
    InputStream stream = file.getFileSystem(configuration).open(file);
    try {
      InputStream plain = file.getName().endsWith(GATHERED) ? new GZIPInputStream(stream) : stream;
      return new BufferedReader(new InputStreamReader(plain, StandardCharsets.UTF_8));
    } catch (IOException e) {
      stream.close();
      throw e;
    }
  }

  /** Gathers files into one, then deletes them. */
  public static void gather(List<String> files, Path folder, Configuration configuration)
      throws IOException {
    Path target = new Path(folder, "rows-" + UUID.randomUUID() + GATHERED);
    AtomicFiles.write(
        target,
        configuration,
        stream -> {
          GZIPOutputStream compressed = new GZIPOutputStream(stream);
          for (String file : files) {
            copy(new Path(file), compressed, configuration);
          }
          compressed.finish();
        });
    for (String file : files) {
      Path path = new Path(file);
      path.getFileSystem(configuration).delete(path, false);
    }
  }

  private static void copy(Path file, OutputStream into, Configuration configuration)
      throws IOException {
    try (InputStream stream = file.getFileSystem(configuration).open(file)) {
      IOUtils.copyBytes(
          file.getName().endsWith(GATHERED) ? new GZIPInputStream(stream) : stream, into, 1 << 16);
    }
  }
}
