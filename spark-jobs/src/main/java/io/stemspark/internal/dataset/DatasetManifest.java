package io.stemspark.internal.dataset;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.stemspark.internal.json.StrictJson;
import io.stemspark.internal.network.StemSet;
import io.stemspark.internal.storage.FileTree;
import io.stemspark.internal.storage.Locations;
import io.stemspark.internal.storage.Retries;
import io.stemspark.internal.text.SafeText;
import io.stemspark.network.Stem;
import io.stemspark.patch.PatchConfig;
import io.stemspark.spectrogram.StftConfig;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * What a feature dataset says of itself, {@value #FILE} beside its partitions. It is written last,
 * so a dataset that has one is complete.
 *
 * @param formatVersion {@link #FORMAT_VERSION}
 * @param stemspark version that extracted it
 * @param tracks tracks by split
 * @param hash of the settings and of the tracks' ids, splits and inputs
 * @param files where the list of its Parquet files lies, in its folder ({@link DatasetFiles});
 *     empty in the version before, whose datasets are all files of their folder
 * @param stems of its rows, which sum to the mixture; versions before had vocals and accompaniment
 * @param filters settings by which tracks and patches were left out, by name; none are not written
 */
public record DatasetManifest(
    int formatVersion,
    String stemspark,
    StftConfig stft,
    PatchConfig patch,
    Map<String, Long> tracks,
    String hash,
    String files,
    List<Stem> stems,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) Map<String, Object> filters) {
  public static final int FORMAT_VERSION = 5;

  /** The version before, without stems. */
  private static final int FORMER_VERSION = 4;

  /** The version before that, without a list of files. */
  private static final int FIRST_VERSION = 3;

  /** Hidden from Spark's listing by its underscore. */
  public static final String FILE = "_stemspark.json";

  /** A million splits take less. */
  private static final int MAX_BYTES = 1 << 27;

  /** Whether a folder holds a complete dataset. */
  public static boolean exists(String dataset, Configuration configuration) throws IOException {
    Path file = Locations.child(Locations.of(dataset), FILE);
    return Retries.call(() -> file.getFileSystem(configuration).exists(file));
  }

  /**
   * Reads a dataset's manifest.
   *
   * @throws IOException when {@code dataset} is not a complete feature dataset of this version
   */
  public static DatasetManifest read(String dataset, Configuration configuration)
      throws IOException {
    Path file = Locations.child(Locations.of(dataset), FILE);
    try {
      JsonNode json = StrictJson.MAPPER.readTree(FileTree.head(file, MAX_BYTES, configuration));
      int version = json.path("format_version").asInt(-1);
      if (version < FIRST_VERSION || version > FORMAT_VERSION) {
        throw new IOException(
            "%s has format version %d, and this release reads %d to %d."
                .formatted(file, version, FIRST_VERSION, FORMAT_VERSION));
      }
      if (version == FIRST_VERSION && json instanceof ObjectNode object) {
        object.put("files", "");
      }
      if (version <= FORMER_VERSION && json instanceof ObjectNode object) {
        object.set("stems", StrictJson.MAPPER.valueToTree(StemSet.VOICE.stems()));
      }
      if (json instanceof ObjectNode object && !object.has("filters")) {
        object.putObject("filters");
      }
      DatasetManifest manifest = StrictJson.MAPPER.treeToValue(json, DatasetManifest.class);
      if (!manifest.files.isEmpty() && !DatasetFiles.isList(manifest.files)) {
        throw new IOException(
            "%s is not valid: its list of files is %s. Expected a name such as %s."
                .formatted(
                    file,
                    SafeText.line(SafeText.quoted(manifest.files)),
                    "_stemspark/dataset/files-0000000001.jsonl"));
      }
      StemSet.of(manifest.stems);
      return manifest;
    } catch (IllegalArgumentException e) {
      throw new IOException(file + " is not valid: " + SafeText.quoted(e.getMessage()), e);
    } catch (FileNotFoundException e) {
      throw new IOException(
          "%s is not a feature dataset, or its extraction did not finish. It has no %s."
              .formatted(dataset, FILE),
          e);
    } catch (JsonProcessingException e) {
      throw new IOException(file + " is not valid: " + SafeText.quoted(e.getOriginalMessage()), e);
    }
  }

  /**
   * Checks that the dataset was made with these filters.
   *
   * @throws IOException when it was not, naming both
   */
  public void requireFilters(String dataset, Map<String, Object> asked) throws IOException {
    if (!described(filters).equals(described(asked))) {
      throw new IOException(
          "%s was extracted with %s by stemspark.extraction, and now %s is asked for. Name another folder for a dataset of other filters."
              .formatted(dataset, described(filters), described(asked)));
    }
  }

  private static String described(Map<String, Object> filters) {
    return filters.isEmpty() ? "nothing left out" : new TreeMap<>(filters).toString();
  }

  /**
   * Checks that the dataset has these stems and no others.
   *
   * @throws IOException when it was extracted with others, naming both
   */
  public void requireStems(String dataset, List<Stem> asked) throws IOException {
    if (!stems.equals(asked)) {
      throw new IOException(
          "%s holds the stems %s, and stemspark.extraction.stems now asks for %s. Name another folder for a dataset of other stems."
              .formatted(dataset, stems, asked));
    }
  }

  /**
   * Checks that a network can learn these stems from the dataset.
   *
   * @throws IOException when it does not have them all
   */
  public void requireTeaches(String dataset, List<Stem> learned) throws IOException {
    if (!stems.containsAll(learned)) {
      throw new IOException(
          "%s holds the stems %s, and the network is to learn %s (stemspark.training.stems). Extract a dataset with stemspark.extraction.stems = %s."
              .formatted(dataset, stems, learned, StemSet.of(learned).stems()));
    }
  }

  /** The stems, from some of them on. */
  List<Stem> stemsFrom(List<Stem> first) {
    List<Stem> all = new ArrayList<>(first);
    stems.stream().filter(stem -> !first.contains(stem)).forEach(all::add);
    return all;
  }

  /**
   * Checks that the dataset was made with the settings that a training asks for.
   *
   * @throws IOException when it was not, naming both
   */
  public void requireMadeWith(String dataset, StftConfig askedStft, PatchConfig askedPatch)
      throws IOException {
    if (!stft.equals(askedStft) || !patch.equals(askedPatch)) {
      throw new IOException(
          ("%s was extracted with %s, %s, but training asks for %s, %s. Use the same"
                  + " settings for both.")
              .formatted(dataset, stft, patch, askedStft, askedPatch));
    }
  }
}
