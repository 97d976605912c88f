package io.stemspark.jobs.steps;

import io.stemspark.jobs.corpus.Track;
import io.stemspark.jobs.features.FeatureFiles;
import io.stemspark.jobs.features.FeatureRow;
import io.stemspark.jobs.features.FeatureWriter;
import io.stemspark.jobs.ledger.Fingerprint;
import io.stemspark.jobs.ledger.Outcome;
import io.stemspark.jobs.ledger.RunLedger;
import io.stemspark.jobs.ledger.StoredFile;
import io.stemspark.jobs.storage.Spool;
import io.stemspark.jobs.storage.StagedFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.catalyst.catalog.ExternalCatalogUtils;

/**
 * What a task adds to the feature dataset: Parquet files of a sensible size, whatever that of the
 * tracks. Small tracks share a file; a long one fills several, which hold nothing else. A track
 * enters the ledger when all of its rows are stored. Not thread-safe.
 */
final class DatasetPart implements AutoCloseable {
  private static final long FILE_BYTES = 256 << 20;

  private final String name;
  private final Configuration configuration;
  private final StagedFiles storage;
  private final RunLedger ledger;
  private final Spool spool = Spool.open();
  private final Map<String, Shared> shared = new TreeMap<>();
  private int files;

  /** A file that small tracks of a split are gathered for. */
  private static final class Shared {
    private final List<Path> files = new ArrayList<>();
    private final Map<Track, Outcome> tracks = new LinkedHashMap<>();
    private long bytes;
  }

  /**
   * @param output the dataset's folder
   * @param name of this attempt of this task; nothing else has it
   * @param ledger takes the tracks
   */
  DatasetPart(String output, String name, RunLedger ledger, Configuration configuration)
      throws IOException {
    this.name = name;
    this.configuration = configuration;
    this.storage = new StagedFiles(output, configuration);
    this.ledger = ledger;
  }

  /** Begins a track; at most one at a time. */
  Rows begin(Track track) {
    return new Rows(track);
  }

  /** Stores what is left. */
  void finish() throws IOException {
    for (Map.Entry<String, Shared> split : shared.entrySet()) {
      store(split.getKey(), split.getValue());
    }
    shared.clear();
  }

  private void store(String split, Shared group) throws IOException {
    Path file = group.files.get(0);
    if (group.files.size() > 1) {
      file = spool.file("joined");
      FeatureFiles.join(group.files, file);
      for (Path part : group.files) {
        Files.delete(part);
      }
    }
    StoredFile stored = stage(file, folder(split) + name + "-" + files++ + ".parquet");
    for (Map.Entry<Track, Outcome> track : group.tracks.entrySet()) {
      ledger.add(track.getKey(), track.getValue().writing(List.of(stored)));
    }
  }

  private StoredFile stage(Path file, String path) throws IOException {
    long bytes = Files.size(file);
    StoredFile stored = new StoredFile(storage.stage(file, path), bytes);
    Files.delete(file);
    return stored;
  }

  private static String folder(String split) {
    return "split=" + ExternalCatalogUtils.escapePathName(split) + "/";
  }

  @Override
  public void close() {
    spool.close();
  }

  /** The rows of one track. They count once {@link #commit} has been called. */
  final class Rows implements AutoCloseable {
    private final Track track;
    private final List<StoredFile> full = new ArrayList<>();
    private Path file;
    private FeatureWriter writer;
    private boolean committed;

    private Rows(Track track) {
      this.track = track;
    }

    void write(FeatureRow row) throws IOException {
      if (writer == null) {
        file = spool.file("rows-" + files++);
        writer = new FeatureWriter(file, configuration);
      }
      writer.write(row);
      if (writer.bytes() >= FILE_BYTES) {
        closeWriter();
        storeOwn();
      }
    }

    private void closeWriter() throws IOException {
      if (writer != null) {
        writer.close();
        writer = null;
      }
    }

    /** The name comes from the track, so that another attempt writes the same file again. */
    private void storeOwn() throws IOException {
      String own = "%s-%04d.parquet".formatted(Fingerprint.hash(track.id()), full.size());
      full.add(stage(file, folder(track.split()) + own));
      file = null;
    }

    /** Adds the track to the dataset. */
    void commit(Outcome outcome) throws IOException {
      closeWriter();
      committed = true;
      if (file == null || !full.isEmpty() || Files.size(file) >= FILE_BYTES / 2) {
        if (file != null) {
          storeOwn();
        }
        ledger.add(track, outcome.writing(full));
        return;
      }
      Shared group = shared.computeIfAbsent(track.split(), split -> new Shared());
      group.files.add(file);
      group.bytes += Files.size(file);
      group.tracks.put(track, outcome);
      if (group.bytes >= FILE_BYTES / 2) {
        store(track.split(), group);
        shared.remove(track.split());
      }
    }

    /** Takes the rows back unless they were committed. */
    @Override
    public void close() throws IOException {
      if (committed) {
        return;
      }
      closeWriter();
      if (file != null) {
        Files.delete(file);
      }
      for (StoredFile stored : full) {
        storage.discard(stored.uri());
      }
    }
  }
}
