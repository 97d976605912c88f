package io.stemspark.internal.storage;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.stemspark.internal.json.StrictJson;
import io.stemspark.internal.text.Reason;
import io.stemspark.internal.text.SafeText;
import java.io.ByteArrayInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.BBPartHandle;
import org.apache.hadoop.fs.BBUploadHandle;
import org.apache.hadoop.fs.CommonPathCapabilities;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.MultipartUploader;
import org.apache.hadoop.fs.PartHandle;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.UploadHandle;
import org.apache.hadoop.util.functional.FutureIO;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stores files out of sight first, and lets them appear together at the end, each whole.
 *
 * <p>In an object store a file waits as an upload that is not completed, and what completes it is
 * kept below {@code _stemspark/staged}; so nothing is copied. Elsewhere the file itself lies there,
 * under a name that readers of the output folder do not look for, and is then renamed.
 */
public final class StagedFiles {
  private static final Logger LOG = LoggerFactory.getLogger(StagedFiles.class);
  private static final String FILE_SUFFIX = ".staged";
  private static final String UPLOAD_SUFFIX = ".upload";

  /** An object may have 10,000 parts of 5 MB or more. */
  private static final int PART_BYTES = 16 << 20;

  private final Path output;
  private final Configuration configuration;
  private final FileSystem files;
  private final boolean uploads;

  /** An upload that waits for its completion. Without parts it was begun, and perhaps not ended. */
  private record Upload(String handle, List<String> parts) {
    boolean isWhole() {
      return !parts.isEmpty();
    }
  }

  public StagedFiles(String output, Configuration configuration) throws IOException {
    this.configuration = configuration;
    this.files = new Path(output).getFileSystem(configuration);
    this.output = files.makeQualified(new Path(output));
    this.uploads =
        AtomicFiles.isObjectStore(files, this.output)
            && files.hasPathCapability(this.output, CommonPathCapabilities.FS_MULTIPART_UPLOADER);
  }

  /**
   * Moves a local file out of sight into storage, in place of one of the same name that waits.
   *
   * @param path where it is to appear, relative to the output folder, as in all methods
   */
  public void stage(java.nio.file.Path local, String path) throws IOException {
    Path target = target(path);
    if (uploads) {
      write(Retries.call(() -> upload(local, target)), target);
      Files.delete(local);
    } else if (LocalPaths.isLocal(files)) {
      var staged = LocalPaths.of(staged(target));
      LocalFolders.create(staged.getParent());
      // Copies nothing where both are on one disk.
      Files.move(local, staged, StandardCopyOption.REPLACE_EXISTING);
    } else {
      AtomicFiles.write(staged(target), configuration, stream -> Files.copy(local, stream));
      Files.delete(local);
    }
  }

  private void write(Upload upload, Path target) throws IOException {
    byte[] json = StrictJson.MAPPER.writeValueAsBytes(upload);
    AtomicFiles.write(staged(target), configuration, stream -> stream.write(json));
  }

  private Path target(String path) {
    // Path's own ways of appending take the text before a colon for a scheme.
    return new Path(output + "/" + path);
  }

  private Upload upload(java.nio.file.Path local, Path target) throws IOException {
    try (MultipartUploader uploader = files.createMultipartUploader(target).build();
        InputStream content = Files.newInputStream(local)) {
      UploadHandle handle = FutureIO.awaitFuture(uploader.startUpload(target));
      try {
        // Recorded at once, so that it can be aborted whatever becomes of this process.
        write(new Upload(text(handle.toByteArray()), List.of()), target);
        List<String> parts = new ArrayList<>();
        long left = Files.size(local);
        do {
          // A part in memory can be sent again when the connection breaks.
          byte[] part = content.readNBytes(PART_BYTES);
          left -= part.length;
          InputStream stream = new ByteArrayInputStream(part);
          PartHandle done =
              FutureIO.awaitFuture(
                  uploader.putPart(
                      handle, parts.size() + 1, left == 0, target, stream, part.length));
          parts.add(text(done.toByteArray()));
        } while (left > 0);
        return new Upload(text(handle.toByteArray()), parts);
      } catch (IOException | RuntimeException e) {
        FutureIO.awaitFuture(uploader.abort(handle, target));
        throw e;
      }
    }
  }

  /** Whether a file waits or has appeared, in this size. */
  public boolean isThere(String path, long bytes) throws IOException {
    Path target = target(path);
    Path staged = staged(target);
    return Retries.call(
        () ->
            FileTree.isFile(files, target, bytes)
                || (uploads
                    ? upload(staged).filter(Upload::isWhole).isPresent()
                    : FileTree.isFile(files, staged, bytes)));
  }

  /**
   * Lets a file appear, unless it has already.
   *
   * @param bytes its size
   * @return false when it neither waits nor has appeared, as when a bucket's rule has aborted its
   *     upload
   */
  public boolean publish(String path, long bytes) throws IOException {
    return Retries.call(() -> publish(target(path), bytes));
  }

  private boolean publish(Path target, long bytes) throws IOException {
    Path staged = staged(target);
    if (uploads) {
      return publishUpload(staged, target, bytes);
    }
    if (files.exists(staged)) {
      files.mkdirs(target.getParent());
      Renames.rename(files, staged, target, configuration);
      return true;
    }
    return FileTree.isFile(files, target, bytes);
  }

  private boolean publishUpload(Path staged, Path target, long bytes) throws IOException {
    Optional<Upload> upload = upload(staged).filter(Upload::isWhole);
    if (upload.isEmpty()) {
      return FileTree.isFile(files, target, bytes);
    }
    boolean isThere;
    try {
      complete(target, upload.get());
      isThere = true;
    } catch (FileNotFoundException e) {
      // An attempt whose answer was lost may have completed it.
      isThere = FileTree.isFile(files, target, bytes);
    }
    files.delete(staged, false);
    return isThere;
  }

  private void complete(Path target, Upload upload) throws IOException {
    Map<Integer, PartHandle> parts = new TreeMap<>();
    for (String part : upload.parts) {
      parts.put(parts.size() + 1, BBPartHandle.from(bytes(part)));
    }
    try (MultipartUploader uploader = files.createMultipartUploader(target).build()) {
      FutureIO.awaitFuture(uploader.complete(handle(upload), target, parts));
    }
  }

  /** Discards a file that waits. */
  public void discard(String path) throws IOException {
    Retries.run(() -> discard(target(path)));
  }

  private void discard(Path target) throws IOException {
    Path staged = staged(target);
    Optional<Upload> upload = uploads ? upload(staged) : Optional.empty();
    if (upload.isPresent()) {
      abort(target, upload.get());
    }
    files.delete(staged, false);
  }

  /**
   * Discards all files that wait.
   *
   * @param permit is asked after the listing, so that those of a later run stay
   */
  public void discardAll(PublishPermit permit) throws IOException {
    Path folder = new Path(output, OutputLayout.STAGED);
    List<Path> waiting = FileTree.files(folder, configuration);
    permit.require();
    for (Path file : waiting) {
      Retries.run(() -> forget(folder, file));
    }
    FileTree.deleteEmptyFolders(folder, configuration);
  }

  /** Discards a file, but no upload that another program has begun below the folder. */
  private void forget(Path folder, Path staged) throws IOException {
    String path = folder.toUri().relativize(staged.toUri()).getPath();
    if (uploads && path.endsWith(UPLOAD_SUFFIX)) {
      discard(target(path.substring(0, path.length() - UPLOAD_SUFFIX.length())));
    } else {
      files.delete(staged, false);
    }
  }

  private void abort(Path target, Upload upload) throws IOException {
    try (MultipartUploader uploader = files.createMultipartUploader(target).build()) {
      FutureIO.awaitFuture(uploader.abort(handle(upload), target));
    } catch (FileNotFoundException e) {
      return; // It was completed, or a rule of the bucket has aborted it.
    }
  }

  /** What is kept of an upload; empty if nothing is, or it is damaged. */
  private Optional<Upload> upload(Path staged) throws IOException {
    try (InputStream stream = files.open(staged)) {
      Upload upload = StrictJson.MAPPER.readValue(stream, Upload.class);
      if (upload == null) {
        throw new IllegalArgumentException("It holds null.");
      }
      handle(upload);
      upload.parts.forEach(StagedFiles::bytes);
      return Optional.of(upload);
    } catch (FileNotFoundException e) {
      return Optional.empty();
    } catch (JsonProcessingException | IllegalArgumentException e) {
      LOG.warn(
          "{} is damaged and does not count. The upload that it told of, if any, stays until a rule"
              + " of the bucket aborts it: {}",
          staged,
          SafeText.line(Reason.of(e)));
      return Optional.empty();
    }
  }

  private static UploadHandle handle(Upload upload) {
    return BBUploadHandle.from(bytes(upload.handle));
  }

  private Path staged(Path target) {
    String path = output.toUri().relativize(target.toUri()).getPath();
    return new Path(
        output, OutputLayout.STAGED + "/" + path + (uploads ? UPLOAD_SUFFIX : FILE_SUFFIX));
  }

  private static String text(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(Base64.getDecoder().decode(text));
  }
}
