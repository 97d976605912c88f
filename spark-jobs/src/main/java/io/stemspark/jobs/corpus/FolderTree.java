package io.stemspark.jobs.corpus;

import io.stemspark.jobs.storage.Retries;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
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
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;
import org.apache.spark.Partitioner;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.SerializableConfiguration;
import scala.Tuple2;

/** Lists the tracks of a folder tree: here if it is small, else on the executors. */
final class FolderTree {
  /** What the driver lists itself. */
  private static final int MOST_HERE = 10_000;

  /** Folders that a core lists, so that none waits long for another. */
  private static final int BRANCHES_PER_CORE = 8;

  /** What the driver looks through in one folder, in search of folders. */
  private static final int MOST_LOOKED_THROUGH = 50_000;

  private final Path root;

  FolderTree(Path root) {
    this.root = root;
  }

  /**
   * Part of a tree.
   *
   * @param folder its folder
   * @param deep with all folders below
   */
  private record Branch(String folder, boolean deep) implements Serializable {}

  /**
   * The tracks, sorted by id, if there are few files.
   *
   * @throws FileNotFoundException when there is no audio
   */
  Optional<List<Track>> few(Configuration configuration) throws IOException {
    List<FoundFile> found = new ArrayList<>();
    Iterator<FoundFile> files = files(root, new Branch(root.toString(), true), configuration);
    while (files.hasNext()) {
      if (found.size() == MOST_HERE) {
        return Optional.empty();
      }
      found.add(files.next());
    }
    if (found.isEmpty()) {
      throw new FileNotFoundException(root + ": no audio files in this folder");
    }
    found.sort(FoundFile.ORDER);
    List<Track> tracks = new ArrayList<>();
    new FolderTracks(root.getName(), found.iterator()).forEachRemaining(tracks::add);
    tracks.sort(Comparator.comparing(Track::id));
    requireDistinct(tracks);
    return Optional.of(tracks);
  }

  /** Stems of two tracks of one id would overwrite each other. */
  private static void requireDistinct(List<Track> sorted) throws IOException {
    for (int i = 1; i < sorted.size(); i++) {
      if (sorted.get(i).id().equals(sorted.get(i - 1).id())) {
        throw new IOException(
            "two tracks would both be called %s: %s and %s; rename one"
                .formatted(sorted.get(i).id(), sorted.get(i - 1).uri(), sorted.get(i).uri()));
      }
    }
  }

  /** The tracks, in no order, without any of them on the driver. */
  JavaRDD<Track> tracks(JavaSparkContext context, Broadcast<SerializableConfiguration> hadoop)
      throws IOException {
    int cores = context.defaultParallelism();
    List<Branch> branches = branches(cores * BRANCHES_PER_CORE, context.hadoopConfiguration());
    String top = root.toString();
    String name = root.getName();
    return context
        .parallelize(branches, branches.size())
        .flatMap(branch -> files(new Path(top), branch, hadoop.value().value()))
        .mapToPair(file -> new Tuple2<>(file, true))
        .repartitionAndSortWithinPartitions(new ByFolder(cores * BRANCHES_PER_CORE), new InOrder())
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
      Optional<List<Path>> below = Retries.call(() -> foldersOf(files.listStatusIterator(folder)));
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
      if (i == MOST_LOOKED_THROUGH) {
        return Optional.empty();
      }
      if (status.isDirectory() && !FoundFile.isHidden(FoundFile.below(root, status.getPath()))) {
        folders.add(status.getPath());
      }
    }
    return Optional.of(folders);
  }

  private static Iterator<FoundFile> files(Path root, Branch branch, Configuration configuration)
      throws IOException {
    Path folder = new Path(branch.folder);
    FileSystem files = folder.getFileSystem(configuration);
    RemoteIterator<LocatedFileStatus> listing = files.listFiles(folder, branch.deep);
    return new Iterator<>() {
      private FoundFile next = find();

      private FoundFile find() {
        try {
          while (listing.hasNext()) {
            Optional<FoundFile> found = FoundFile.of(root, listing.next());
            if (found.isPresent()) {
              return found.get();
            }
          }
          return null;
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }

      @Override
      public boolean hasNext() {
        return next != null;
      }

      @Override
      public FoundFile next() {
        FoundFile found = next;
        next = find();
        return found;
      }
    };
  }

  /** {@link FoundFile#ORDER}, which cannot travel. */
  private static final class InOrder implements Comparator<FoundFile>, Serializable {
    private static final long serialVersionUID = 1;

    @Override
    public int compare(FoundFile one, FoundFile other) {
      return FoundFile.ORDER.compare(one, other);
    }
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
    public int getPartition(Object file) {
      return Math.floorMod(((FoundFile) file).folder().hashCode(), count);
    }
  }
}
