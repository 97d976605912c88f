package io.stemspark.internal.corpus;

import io.stemspark.internal.corpus.Track.Problem;
import io.stemspark.internal.storage.Retries;
import io.stemspark.internal.text.Reason;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.CommonPathCapabilities;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;

/**
 * Lists a part of a folder tree: its audio files one by one, folders that cannot be listed, and at
 * the end notes on what was left out.
 */
final class FolderListing implements Iterator<Listed> {
  private final Path root;
  private final boolean deep;
  private final Configuration configuration;
  private final FileSystem files;
  private final Deque<Path> folders = new ArrayDeque<>();
  private final Deque<Listed> ready = new ArrayDeque<>();
  private final Map<String, CorpusNote> notes = new TreeMap<>();
  private RemoteIterator<? extends FileStatus> content;

  FolderListing(Path root, FolderTree.Branch branch, Configuration configuration)
      throws IOException {
    this.root = root;
    this.deep = branch.deep();
    this.configuration = configuration;
    Path top = new Path(branch.folder());
    this.files = top.getFileSystem(configuration);
    if (deep && files.hasPathCapability(top, CommonPathCapabilities.ABORTABLE_STREAM)) {
      // An object store lists all that is below a prefix in few requests.
      content = Retries.call(() -> files.listFiles(top, true));
    } else {
      folders.add(top);
    }
  }

  @Override
  public boolean hasNext() {
    try {
      while (ready.isEmpty() && advance()) {}
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return !ready.isEmpty();
  }

  @Override
  public Listed next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    return ready.remove();
  }

  /** Looks at one more entry; false at the end. */
  private boolean advance() throws IOException {
    if (content != null && content.hasNext()) {
      look(content.next());
      return true;
    }
    content = null;
    if (!folders.isEmpty()) {
      open(folders.remove());
      return true;
    }
    notes.values().forEach(note -> ready.add(new Listed.Other("", note)));
    notes.clear();
    return !ready.isEmpty();
  }

  private void open(Path next) throws IOException {
    try {
      content = Retries.call(() -> files.listStatusIterator(next));
    } catch (FileNotFoundException e) {
      if (next.equals(root)) {
        throw e;
      }
      return; // It was deleted meanwhile.
    } catch (IOException e) {
      ready.add(closed(next.toString(), FoundFile.below(root, next), Reason.of(e)));
    }
  }

  /** An entry that stands for the unknown tracks in a folder that cannot be listed. */
  private static Listed closed(String uri, String folder, String reason) {
    Problem problem =
        new Problem("The folder %s cannot be listed: %s".formatted(uri, reason), false);
    String id = folder.isEmpty() ? uri : folder;
    return new Listed.Other(folder, Track.unusable(id, uri, problem));
  }

  private void look(FileStatus status) throws IOException {
    String path = FoundFile.below(root, status.getPath());
    if (FoundFile.isOwn(path)) {
      return;
    }
    if (FolderTree.isToBeListed(root, status)) {
      if (deep) {
        folders.add(status.getPath());
      }
      return;
    }
    Optional<CorpusNote> note = decide(path, status);
    if (note.isPresent()) {
      notes.merge(note.get().key(), note.get(), CorpusNote::plus);
    } else {
      ready.add(FoundFile.at(path, status));
    }
  }

  /** A file that cannot even be looked into is a track, which will fail with the reason. */
  private Optional<CorpusNote> decide(String path, FileStatus status) {
    try {
      return AudioRule.decide(path, status, configuration);
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
