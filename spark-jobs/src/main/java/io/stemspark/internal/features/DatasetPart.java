package io.stemspark.internal.features;

import io.stemspark.internal.corpus.Track;
import io.stemspark.internal.dataset.FeatureFiles;
import io.stemspark.internal.dataset.FeatureRow;
import io.stemspark.internal.dataset.FeatureWriter;
import io.stemspark.internal.journal.StoredFile;
import io.stemspark.internal.journal.TaskJournal;
import io.stemspark.internal.journal.TrackResult;
import io.stemspark.internal.storage.Spool;
import io.stemspark.internal.storage.StagedFiles;
import io.stemspark.network.Stem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.catalyst.catalog.ExternalCatalogUtils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes what a task adds to the feature dataset: Parquet files of a sensible size, whatever the
 * length of the tracks. Small tracks share a file. A long track fills several files, which hold
 * nothing else. A track enters the journal when all of its rows are stored. Not thread-safe.
 */
final class DatasetPart implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DatasetPart.class);
  static final long MAX_BYTES = 256 << 20;

  /** Shared files that are open at a time. Each keeps a row group in memory. */
  private static final int MAX_OPEN = 4;

  private final long mostBytes;
  private final String name;
  private final List<Stem> stems;
  private final Configuration configuration;
  private final StagedFiles storage;
  private final TaskJournal journal;
  private final Spool spool = Spool.open();
  private final Map<String, Shared> shared = new TreeMap<>();
  private int files;

  /**
   * @param output the dataset's folder
   * @param name of this attempt of this task, which nothing else has
   * @param stems of the dataset
   * @param journal takes the results of the tracks
   * @param mostBytes a file of this size is stored and another one is begun; between two tracks a
   *     file of half this size is stored
   */
  DatasetPart(
      String output,
      String name,
      List<Stem> stems,
      TaskJournal journal,
      Configuration configuration,
      long mostBytes)
      throws IOException {
    this.mostBytes = mostBytes;
    this.name = name;
    this.stems = stems;
    this.configuration = configuration;
    this.storage = new StagedFiles(output, configuration);
    this.journal = journal;
  }

  /** A file that takes whole tracks of a split, one after the other. */
  private final class Shared {
    private final Path file = newFile();
    private final FeatureWriter writer = new FeatureWriter(file, stems, configuration);
    private final Map<Track, TrackResult> tracks = new LinkedHashMap<>();

    Shared() throws IOException {}
  }

  private Path newFile() {
    return spool.file("rows-" + files++);
  }

  /**
   * Begins a track. Only one track may be open at a time.
   *
   * @throws IOException when tracks of another split cannot be stored to make room
   */
  Rows begin(Track track) throws IOException {
    if (shared.size() == MAX_OPEN && !shared.containsKey(track.split())) {
      finish(shared.keySet().iterator().next());
    }
    return new Rows(track);
  }

  /** Stores all files that are still open. */
  void finish() throws IOException {
    for (String split : List.copyOf(shared.keySet())) {
      finish(split);
    }
  }

  private void finish(String split) throws IOException {
    Shared open = shared.remove(split);
    open.writer.close();
    store(split, open.file, open.tracks);
  }

  private void store(String split, Path file, Map<Track, TrackResult> tracks) throws IOException {
    StoredFile stored = stage(file, folder(split) + name + "-" + files++ + ".parquet");
    for (Map.Entry<Track, TrackResult> track : tracks.entrySet()) {
      journal.add(track.getKey(), track.getValue().writing(List.of(stored)));
    }
  }

  private StoredFile stage(Path file, String path) throws IOException {
    long bytes = Files.size(file);
    storage.stage(file, path);
    return new StoredFile(path, bytes);
  }

  /** Where rows of a split lie, relative to the dataset. */
  static String folder(String split) {
    return "split=" + ExternalCatalogUtils.escapePathName(split) + "/";
  }

  /** Gives up all files that are not finished. */
  @Override
  public void close() {
    try {
      for (Shared open : shared.values()) {
        closeQuietly(open.writer);
      }
    } finally {
      spool.close();
    }
  }

  private static void closeQuietly(FeatureWriter writer) {
    try {
      writer.close();
    } catch (IOException | RuntimeException e) {
      LOG.warn("A file that is no longer needed could not be closed.", e);
    }
  }

  /** The rows of one track. They count once {@link #commit} has been called. */
  final class Rows implements AutoCloseable {
    private final Track track;
    private final List<StoredFile> own = new ArrayList<>();
    private Shared open;
    private FeatureWriter writer;
    private Path ownFile;
    private long rows;
    private boolean committed;

    /** Whether rows of other tracks may be lost. */
    private boolean broken;

    private Rows(Track track) {
      this.track = track;
    }

    void write(FeatureRow row) throws IOException {
      if (writer == null) {
        begin();
      }
      try {
        writer.write(row);
      } catch (IOException | RuntimeException | Error e) {
        broken = open != null && !open.tracks.isEmpty();
        throw e;
      }
      rows++;
      if (writer.bytes() >= mostBytes) {
        storeOwn();
      }
    }

    private void begin() throws IOException {
      if (own.isEmpty()) {
        open = shared.get(track.split());
        if (open == null) {
          open = new Shared();
          shared.put(track.split(), open);
        }
        writer = open.writer;
      } else {
        ownFile = newFile();
        writer = new FeatureWriter(ownFile, stems, configuration);
      }
    }

    /** Stores the full file. From here on the track has its own files. */
    private void storeOwn() throws IOException {
      writer.close();
      writer = null;
      if (open != null) {
        ownFile = leaveShared();
      }
      own.add(stage(ownFile, folder(track.split()) + name + "-" + files++ + ".parquet"));
      ownFile = null;
    }

    /**
     * Stores the other tracks of the shared file, and returns a file with this track's rows alone.
     */
    private Path leaveShared() throws IOException {
      Shared left = open;
      open = null;
      shared.remove(track.split());
      if (left.tracks.isEmpty()) {
        return left.file;
      }
      broken = true;
      Path alone = newFile();
      FeatureFiles.copyOnly(track.id(), left.file, alone, configuration);
      storeOthers(left);
      broken = false;
      return alone;
    }

    private void storeOthers(Shared left) throws IOException {
      if (left.tracks.isEmpty()) {
        Files.delete(left.file);
        return;
      }
      Path others = newFile();
      FeatureFiles.copyWithout(Set.of(track.id()), left.file.toUri(), others, configuration);
      Files.delete(left.file);
      store(track.split(), others, left.tracks);
    }

    /** Adds the track to the dataset. */
    void commit(TrackResult result) throws IOException {
      if (rows == 0) {
        committed = true;
        journal.add(track, result);
      } else if (open == null) {
        if (writer != null) {
          storeOwn();
        }
        committed = true;
        journal.add(track, result.writing(own));
      } else {
        committed = true;
        open.tracks.put(track, result);
        if (writer.bytes() >= mostBytes / 2) {
          shared.remove(track.split());
          writer.close();
          store(track.split(), open.file, open.tracks);
        }
      }
    }

    /**
     * Takes the rows back unless they were committed.
     *
     * @throws IOException also when committed tracks are lost with them; then the whole attempt of
     *     the task has failed
     */
    @Override
    public void close() throws IOException {
      if (committed) {
        return;
      }
      if (broken) {
        throw new IOException("A file with the rows of several tracks cannot be written.");
      }
      if (open != null) {
        shared.remove(track.split());
        open.writer.close();
        storeOthers(open);
      } else if (ownFile != null) {
        if (writer != null) {
          closeQuietly(writer);
        }
        Files.deleteIfExists(ownFile);
      }
      for (StoredFile stored : own) {
        storage.discard(stored.path());
      }
    }
  }
}
