package io.stemspark.internal.corpus;

import io.stemspark.internal.storage.LocalStatus;
import io.stemspark.internal.storage.Retries;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;
import org.apache.spark.Partitioner;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.SerializableConfiguration;
import scala.Tuple2;

/** Lists the tracks of a folder tree: on the driver if it is small, else on the executors. */
record FolderTree(Path root) {
  /** The most entries that the driver lists itself. */
  private static final int MAX_HERE = 10_000;

  /** Folders for each core to list, so that no core waits long for another. */
  private static final int BRANCHES_PER_CORE = 8;

  /** The most entries of one folder that the driver searches for folders. */
  private static final int MAX_LOOKED_THROUGH = 50_000;

  /**
   * Part of a tree.
   *
   * @param folder its folder
   * @param deep with all folders below
   */
  record Branch(String folder, boolean deep) implements Serializable {}

  /**
   * The tracks, sorted by id, and notes, if there are few files.
   *
   * @throws FileNotFoundException when there is no audio
   */
  Optional<List<CorpusEntry>> few(Configuration configuration) throws IOException {
    List<Listed> found = new ArrayList<>();
    Iterator<Listed> listing =
        new FolderListing(root, new Branch(root.toString(), true), configuration);
    while (listing.hasNext()) {
      if (found.size() == MAX_HERE) {
        return Optional.empty();
      }
      found.add(listing.next());
    }
    found.sort(Listed.ORDER);
    List<CorpusEntry> entries = new ArrayList<>();
    new FolderTracks(root.getName(), found.iterator()).forEachRemaining(entries::add);
    if (entries.stream().noneMatch(Track.class::isInstance)) {
      // Without a track, there was no file and no closed folder, so all entries are notes.
      String note =
          entries.isEmpty() ? "" : " (%s)".formatted(((CorpusNote) entries.get(0)).describe());
      throw new FileNotFoundException(
          "The folder %s holds no audio files%s.".formatted(root, note));
    }
    entries.sort(Comparator.comparing(entry -> entry instanceof Track t ? "t" + t.id() : "n"));
    return Optional.of(entries);
  }

  /** The tracks and notes, in no order, without any of them on the driver. */
  JavaRDD<CorpusEntry> entries(
      JavaSparkContext context, Broadcast<SerializableConfiguration> hadoop) throws IOException {
    int cores = context.defaultParallelism();
    List<Branch> branches = branches(cores * BRANCHES_PER_CORE, context.hadoopConfiguration());
    String top = root.toString();
    String name = root.getName();
    return context
        .parallelize(branches, branches.size())
        .flatMap(
            branch ->
                (Iterator<Listed>) new FolderListing(new Path(top), branch, hadoop.value().value()))
        .mapToPair(listed -> new Tuple2<>(listed, true))
        .repartitionAndSortWithinPartitions(new ByFolder(cores * BRANCHES_PER_CORE), Listed.ORDER)
        .keys()
        .mapPartitions(files -> new FolderTracks(name, files));
  }

  /** Cuts the tree, from the top, until there are enough branches. */
  private List<Branch> branches(int wanted, Configuration configuration) throws IOException {
    FileSystem files = root.getFileSystem(configuration);
    List<Branch> cut = new ArrayList<>();
    Deque<Path> folders = new ArrayDeque<>(List.of(root));
    while (!folders.isEmpty() && cut.size() + folders.size() < wanted) {
      Path folder = folders.remove();
      Optional<List<Path>> below;
      try {
        below = Retries.call(() -> foldersOf(files.listStatusIterator(folder)));
      } catch (IOException e) {
        below = Optional.empty(); // The task that lists this branch says what is wrong with it.
      }
      cut.add(new Branch(folder.toString(), below.isEmpty()));
      below.ifPresent(folders::addAll);
    }
    folders.forEach(folder -> cut.add(new Branch(folder.toString(), true)));
    return cut;
  }

  /** The folders in a folder; nothing if there is too much in it to be looked through. */
  private Optional<List<Path>> foldersOf(RemoteIterator<FileStatus> content) throws IOException {
    List<Path> folders = new ArrayList<>();
    for (int i = 0; content.hasNext(); i++) {
      FileStatus status = content.next();
      if (i == MAX_LOOKED_THROUGH) {
        return Optional.empty();
      }
      if (isToBeListed(root, status)) {
        folders.add(status.getPath());
      }
    }
    return Optional.of(folders);
  }

  /** Whether an entry is a folder with files of the corpus. */
  static boolean isToBeListed(Path root, FileStatus status) {
    boolean cycle = status instanceof LocalStatus local && local.kind() == LocalStatus.Kind.CYCLE;
    return status.isDirectory()
        && !cycle
        && !FoundFile.isOwn(FoundFile.below(root, status.getPath()));
  }

  private static final class ByFolder extends Partitioner {
    private static final long serialVersionUID = 1;
    private final int count;

    ByFolder(int count) {
      this.count = count;
    }

    @Override
    public int numPartitions() {
      return count;
    }

    @Override
    public int getPartition(Object listed) {
      return Math.floorMod(((Listed) listed).folder().hashCode(), count);
    }
  }
}
