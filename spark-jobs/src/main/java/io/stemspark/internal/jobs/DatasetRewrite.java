package io.stemspark.internal.jobs;

import io.stemspark.internal.dataset.FeatureFiles;
import io.stemspark.internal.journal.DatasetHistory;
import io.stemspark.internal.journal.JournalEntry;
import io.stemspark.internal.journal.JournalParts;
import io.stemspark.internal.journal.JournalWriter;
import io.stemspark.internal.journal.RunJournal;
import io.stemspark.internal.journal.StoredFile;
import io.stemspark.internal.lease.Fence;
import io.stemspark.internal.storage.Spool;
import io.stemspark.internal.storage.StagedFiles;
import io.stemspark.internal.text.Reason;
import io.stemspark.internal.text.SafeText;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.SerializableConfiguration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.Tuple2;

/**
 * Removes rows that are out of date from a feature dataset. Tracks share files: a file that holds
 * such rows is stored again without them, and the other tracks in it get journal rows that name the
 * new file. No visible file changes here.
 */
record DatasetRewrite(
    JavaSparkContext context, Broadcast<SerializableConfiguration> hadoop, Fence fence) {
  private static final Logger LOG = LoggerFactory.getLogger(DatasetRewrite.class);
  private static final String SUFFIX = "-rewrite";

  /** A track that is in a file, and the file that replaces it. */
  private record Move(JournalEntry row, String from, StoredFile to) implements Serializable {}

  /** Records in the journal that tracks are no longer part of the dataset. */
  void markRemoved(JavaRDD<String> ids) throws IOException {
    Fence held = fence;
    Broadcast<SerializableConfiguration> configuration = hadoop;
    histories()
        .join(ids.mapToPair(id -> new Tuple2<>(id, true)))
        .values()
        .map(found -> found._1().latest())
        .filter(row -> row != null)
        .map(row -> row.removed(held))
        .foreachPartition(rows -> write(rows, "-removed", held, configuration));
  }

  /**
   * Records in the journal which tracks are left out because others sound like them, and which are
   * wanted again because those are gone.
   *
   * @return what was changed, in a sentence; empty if nothing was
   */
  Optional<String> markDoubles() throws IOException {
    Fence held = fence;
    Broadcast<SerializableConfiguration> configuration = hadoop;
    JavaRDD<JournalEntry> heard =
        histories()
            .values()
            .map(DatasetHistory::decided)
            .filter(row -> row != null && (row.isDone() || row.isDouble()));
    SortedMap<String, String> doubles = SoundDoubles.among(heard);
    JavaRDD<JournalEntry> changed =
        heard.filter(row -> row.isDone() == doubles.containsKey(row.trackId())).cache();
    List<String> added = changed.filter(JournalEntry::isDone).map(JournalEntry::trackId).collect();
    long released = changed.count() - added.size();
    changed
        .map(
            row ->
                row.isDone() ? row.doubleOf(held, doubles.get(row.trackId())) : row.released(held))
        .foreachPartition(rows -> write(rows, "-doubles", held, configuration));
    changed.unpersist();
    return added.isEmpty() && released == 0
        ? Optional.empty()
        : Optional.of(sentence(added, doubles, released));
  }

  private static String sentence(
      List<String> added, SortedMap<String, String> doubles, long released) {
    StringBuilder words = new StringBuilder();
    if (!added.isEmpty()) {
      String first = Collections.min(added);
      words.append(
          "%d tracks were left out because others sound like them, for example %s like %s."
              .formatted(added.size(), first, doubles.get(first)));
    }
    if (released > 0) {
      words.append(words.isEmpty() ? "" : " ");
      words.append(
          "%d tracks that were left out sound like none any more. The next run extracts them."
              .formatted(released));
    }
    return words.toString();
  }

  private static void write(
      Iterator<JournalEntry> rows,
      String kind,
      Fence fence,
      Broadcast<SerializableConfiguration> hadoop)
      throws IOException {
    if (!rows.hasNext()) {
      return;
    }
    TaskContext task = TaskContext.get();
    Path folder =
        new Path(
            RunJournal.folder(fence.output()),
            "%s%s/%06d/%d-%d"
                .formatted(
                    fence.run(),
                    kind,
                    task.partitionId(),
                    task.stageAttemptNumber(),
                    task.attemptNumber()));
    try (JournalWriter writer = new JournalWriter(folder, hadoop.value().value())) {
      while (rows.hasNext()) {
        writer.add(rows.next());
      }
    }
  }

  /**
   * Stores files again without the rows of tracks that have newer rows or are removed, and without
   * those of tracks whose journal rows do not name the file: a run that was killed, or a journal
   * that was damaged, may have lost these rows, and their tracks are done again elsewhere.
   *
   * @param doubtful tells files that are looked into
   */
  void rewrite(Doubt doubtful) throws IOException {
    Fence held = fence;
    Broadcast<SerializableConfiguration> configuration = hadoop;
    JavaPairRDD<String, DatasetHistory> tracks = histories();
    JavaPairRDD<String, JournalEntry> live =
        tracks
            .values()
            .filter(track -> track.latest() != null)
            .flatMapToPair(
                track ->
                    track.latest().outputs().stream()
                        .map(file -> new Tuple2<>(file.path(), track.latest()))
                        .iterator());
    JavaPairRDD<String, String> stale =
        tracks.flatMapToPair(
            track ->
                track._2().staleFiles().stream()
                    .map(file -> new Tuple2<>(file, track._1()))
                    .iterator());
    JavaPairRDD<String, String> strangers =
        live.mapValues(JournalEntry::trackId)
            .filter(file -> doubtful.about(file._1()))
            .groupByKey()
            .flatMapToPair(file -> strangers(file._1(), file._2(), held, configuration).iterator());
    live.cogroup(stale.union(strangers))
        .filter(file -> file._2()._1().iterator().hasNext() && file._2()._2().iterator().hasNext())
        .flatMapToPair(
            file ->
                moves(file._1(), file._2()._1(), file._2()._2(), held, configuration).iterator())
        .groupByKey()
        .values()
        .map(moves -> moved(moves, held))
        .foreachPartition(rows -> write(rows, SUFFIX, held, configuration));
  }

  /** Which files may hold rows that the journal does not know of. */
  record Doubt(boolean all, Set<String> files) implements Serializable {
    boolean about(String file) {
      return all || files.contains(file);
    }
  }

  /** The tracks that a file holds rows of, and whose journal rows do not name it. */
  private static List<Tuple2<String, String>> strangers(
      String file,
      Iterable<String> owners,
      Fence fence,
      Broadcast<SerializableConfiguration> hadoop)
      throws IOException {
    Path path = new Path(fence.output() + "/" + file);
    try {
      Set<String> ids = FeatureFiles.trackIds(path.toUri(), hadoop.value().value());
      owners.forEach(ids::remove);
      return ids.stream().map(id -> new Tuple2<>(file, id)).toList();
    } catch (FileNotFoundException | RuntimeException e) {
      // It is gone or no Parquet file. A run that takes its tracks on does them again.
      LOG.warn("{} cannot be looked into: {}", path, SafeText.line(Reason.of(e)));
      return List.of();
    }
  }

  private static List<Tuple2<String, Move>> moves(
      String file,
      Iterable<JournalEntry> live,
      Iterable<String> stale,
      Fence fence,
      Broadcast<SerializableConfiguration> hadoop)
      throws IOException {
    Set<String> ids = new HashSet<>();
    stale.forEach(ids::add);
    Configuration configuration = hadoop.value().value();
    StoredFile stored;
    try (Spool spool = Spool.open()) {
      java.nio.file.Path local = spool.file("rows");
      Path old = new Path(fence.output() + "/" + file);
      FeatureFiles.copyWithout(ids, old.toUri(), local, configuration);
      String folder = file.substring(0, file.lastIndexOf('/') + 1);
      // The same in every attempt: rows of tracks that share the file are written by other tasks.
      String name =
          "%s%s%s-%s.parquet"
              .formatted(
                  folder,
                  fence.run(),
                  SUFFIX,
                  UUID.nameUUIDFromBytes(file.getBytes(StandardCharsets.UTF_8)));
      stored = new StoredFile(name, Files.size(local));
      new StagedFiles(fence.output(), configuration).stage(local, name);
    }
    List<Tuple2<String, Move>> moves = new ArrayList<>();
    live.forEach(row -> moves.add(new Tuple2<>(row.trackId(), new Move(row, file, stored))));
    return moves;
  }

  private static JournalEntry moved(Iterable<Move> moves, Fence fence) {
    JournalEntry row = null;
    Map<String, StoredFile> files = new HashMap<>();
    for (Move move : moves) {
      row = move.row;
      files.put(move.from, move.to);
    }
    List<StoredFile> outputs =
        row.outputs().stream().map(file -> files.getOrDefault(file.path(), file)).toList();
    return row.again(fence, outputs);
  }

  /** The files of the dataset, according to the journal. */
  List<String> files() throws IOException {
    return histories()
        .values()
        .filter(track -> track.latest() != null)
        .flatMap(track -> track.latest().outputs().stream().map(StoredFile::path).iterator())
        .distinct()
        .collect();
  }

  /** What the journal says of each track. */
  private JavaPairRDD<String, DatasetHistory> histories() throws IOException {
    return JournalParts.of(context, hadoop, fence.output())
        .rows(Optional::of)
        .groupBy(JournalEntry::trackId)
        .mapValues(DatasetHistory::of);
  }
}
