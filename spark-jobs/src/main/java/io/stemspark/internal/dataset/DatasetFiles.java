package io.stemspark.internal.dataset;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.stemspark.bundle.ModelBundle;
import io.stemspark.internal.json.StrictJson;
import io.stemspark.internal.storage.AtomicFiles;
import io.stemspark.internal.storage.FileTree;
import io.stemspark.internal.storage.OutputLayout;
import io.stemspark.internal.storage.PublishPermit;
import io.stemspark.internal.storage.Retries;
import io.stemspark.internal.text.SafeText;
import java.io.ByteArrayOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Which Parquet files make up a feature dataset: a list beside it, that the manifest names. A
 * reader that goes by it sees the dataset before a change or after it, and never both.
 */
public final class DatasetFiles {
  /** With the run's number and a hash of the content, which earlier releases left out. */
  private static final String LIST = OutputLayout.DATASET + "/files-%010d-%s.jsonl";

  private static final Pattern LISTS =
      Pattern.compile(
          Pattern.quote(OutputLayout.DATASET) + "/files-\\d{10}(?:-([0-9a-f]{16}))?\\.jsonl");

  private static final int HASH_LETTERS = 16;

  /** A list of some million files is shorter. */
  private static final int MAX_BYTES = 1 << 28;

  /** Says that a change is under way, whose run may have been killed. */
  private static final String PENDING = OutputLayout.DATASET + "/pending";

  /** As tasks of extractions call their files: by run, task, attempt and number. */
  private static final Pattern OWN = Pattern.compile("\\d{8}T\\d{6}Z-[0-9a-f]{8}-.*\\.parquet");

  private static final ObjectMapper JSON =
      StrictJson.MAPPER.copy().disable(SerializationFeature.INDENT_OUTPUT);

  /** A line of the list. */
  private record Line(String path) {}

  private DatasetFiles() {}

  /**
   * Writes a list.
   *
   * @param number of the run's lease
   * @param files paths in the dataset's folder
   * @return where it lies, in that folder
   */
  public static String write(
      String dataset, long number, Collection<String> files, Configuration configuration)
      throws IOException {
    ByteArrayOutputStream lines = new ByteArrayOutputStream();
    for (String file : new TreeSet<>(files)) {
      lines.write(JSON.writeValueAsBytes(new Line(file)));
      lines.write('\n');
    }
    byte[] content = lines.toByteArray();
    String path = LIST.formatted(number, hash(content));
    AtomicFiles.write(new Path(dataset, path), configuration, stream -> stream.write(content));
    return path;
  }

  private static String hash(byte[] content) {
    return ModelBundle.sha256(content).substring(0, HASH_LETTERS);
  }

  /** Whether a path in a dataset's folder is that of a list. */
  static boolean isList(String path) {
    return LISTS.matcher(path).matches();
  }

  /** Whether a list is there and as it was written. */
  public static boolean isWhole(String dataset, String list, Configuration configuration)
      throws IOException {
    try {
      read(dataset, list, configuration);
      return true;
    } catch (FileNotFoundException | DamagedListException e) {
      return false;
    }
  }

  /**
   * The files of a list, as paths in the dataset's folder.
   *
   * @throws FileNotFoundException when the list is not there
   * @throws DamagedListException when it is not as it was written
   */
  public static List<String> read(String dataset, String list, Configuration configuration)
      throws IOException {
    Path file = new Path(dataset, list);
    byte[] content = FileTree.head(file, MAX_BYTES + 1, configuration);
    if (content.length > MAX_BYTES) {
      throw new DamagedListException("%s has more than %d bytes.".formatted(file, MAX_BYTES), null);
    }
    Matcher name = LISTS.matcher(list);
    if (name.matches() && name.group(1) != null && !name.group(1).equals(hash(content))) {
      throw new DamagedListException(
          file + " is damaged: its content is not that of its name. Extract again: it is mended.",
          null);
    }
    List<String> files = new ArrayList<>();
    for (String line : new String(content, StandardCharsets.UTF_8).split("\n", -1)) {
      if (!line.isEmpty()) {
        files.add(requireInside(file, parse(file, line)));
      }
    }
    return files;
  }

  /** A list that is not as it was written. */
  static final class DamagedListException extends IOException {
    private static final long serialVersionUID = 1;

    DamagedListException(String message, Throwable cause) {
      super(message, cause);
    }
  }

  private static String parse(Path list, String line) throws IOException {
    try {
      Line file = JSON.readValue(line, Line.class);
      if (file != null) {
        return file.path();
      }
      throw new DamagedListException(
          "%s has a line that names no file: null.".formatted(list), null);
    } catch (JsonProcessingException e) {
      throw new DamagedListException(
          "%s has a line that names no file: %s"
              .formatted(list, SafeText.quoted(e.getOriginalMessage())),
          e);
    }
  }

  private static String requireInside(Path list, String path) throws IOException {
    if (!path.startsWith("split=") || List.of(path.split("/", -1)).contains("..")) {
      throw new IOException(
          "%s names %s, which is not a file of a dataset's split."
              .formatted(list, SafeText.quoted(path)));
    }
    return path;
  }

  /** Whether a change was begun and not ended. */
  public static boolean isPending(String dataset, Configuration configuration) throws IOException {
    Path file = new Path(dataset, PENDING);
    return Retries.call(() -> file.getFileSystem(configuration).exists(file));
  }

  /** Says that a change begins. */
  public static void begin(String dataset, Configuration configuration) throws IOException {
    AtomicFiles.write(new Path(dataset, PENDING), configuration, stream -> stream.write('\n'));
  }

  /**
   * Says that a change has ended: what the dataset does not consist of any more is deleted.
   *
   * @param files of the dataset
   * @param list that names them
   * @param permit is asked after a folder was listed: what the list holds is then no later run's
   */
  public static void end(
      String dataset,
      Set<String> files,
      String list,
      PublishPermit permit,
      Configuration configuration)
      throws IOException {
    Path folder = new Path(dataset);
    FileSystem storage = folder.getFileSystem(configuration);
    for (FileStatus split : Retries.call(() -> storage.listStatus(folder))) {
      if (split.isDirectory() && split.getPath().getName().startsWith("split=")) {
        deleteOthers(split.getPath(), files, permit, configuration);
      }
    }
    Path lists = new Path(folder, OutputLayout.DATASET);
    FileStatus[] found = Retries.call(() -> storage.listStatus(lists));
    permit.require();
    for (FileStatus other : found) {
      if (!list.endsWith("/" + other.getPath().getName())) {
        Retries.run(() -> storage.delete(other.getPath(), false));
      }
    }
  }

  private static void deleteOthers(
      Path split, Set<String> files, PublishPermit permit, Configuration configuration)
      throws IOException {
    FileSystem storage = split.getFileSystem(configuration);
    List<FileStatus> found = FileTree.children(split, configuration);
    permit.require();
    for (FileStatus file : found) {
      String name = file.getPath().getName();
      if (OWN.matcher(name).matches() && !files.contains(split.getName() + "/" + name)) {
        Retries.run(() -> storage.delete(file.getPath(), false));
      }
    }
  }
}
