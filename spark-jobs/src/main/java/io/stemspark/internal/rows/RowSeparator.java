package io.stemspark.internal.rows;

import io.stemspark.audio.AudioFormat;
import io.stemspark.audio.AudioReader;
import io.stemspark.bundle.ModelBundle;
import io.stemspark.internal.audio.FullReader;
import io.stemspark.internal.corpus.CorpusLimits;
import io.stemspark.internal.executor.TrackAudio;
import io.stemspark.internal.ffmpeg.FfmpegReader;
import io.stemspark.internal.journal.Fingerprint;
import io.stemspark.internal.journal.StoredFile;
import io.stemspark.internal.journal.TrackResult;
import io.stemspark.internal.separation.StemWriter;
import io.stemspark.internal.stems.BorrowedEngine;
import io.stemspark.internal.stems.SeparationContract;
import io.stemspark.internal.storage.Locations;
import io.stemspark.internal.storage.PathTemplate.TrackName;
import io.stemspark.internal.storage.Spool;
import io.stemspark.internal.storage.TemporaryFolders;
import io.stemspark.internal.storage.TrackFiles;
import io.stemspark.internal.text.Reason;
import io.stemspark.internal.text.SafeText;
import io.stemspark.metrics.SignalToDistortion;
import io.stemspark.network.Stem;
import io.stemspark.separation.SeparationResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.UnsupportedFileSystemException;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Separates rows, each a track, from storage to storage. A result's place follows from the row
 * alone, so a row that is separated twice writes the same files. Not thread-safe.
 */
final class RowSeparator implements AutoCloseable {
  private static final String VOCALS = Stem.VOCALS.name();
  private static final Logger LOG = LoggerFactory.getLogger(RowSeparator.class);
  private static final String SPLIT = "train";
  private static final int HASH_LETTERS = 12;
  private static final int BLOCK = 1 << 14;

  /** Letters, each of which may take four bytes of the 255 that a name may have. */
  private static final int MAX_TITLE = 50;

  /** vocals, accompaniment, seconds, sdr, failure. */
  private static final int RESULTS = 5;

  private final SeparationContract task;
  private final RowColumns columns;
  private final boolean lastAttempt;
  private final CorpusLimits limits;
  private final Configuration configuration;
  private final String attempt;
  private final org.apache.hadoop.fs.Path temporary;
  private final BorrowedEngine separator;
  private final TrackAudio audio;

  RowSeparator(
      ModelBundle bundle,
      SeparationContract task,
      RowColumns columns,
      CorpusLimits limits,
      OptionalInt gpu,
      String attempt,
      boolean lastAttempt,
      Configuration configuration) {
    this.task = task;
    this.columns = columns;
    this.limits = limits;
    this.configuration = configuration;
    this.attempt = attempt;
    this.lastAttempt = lastAttempt;
    this.temporary = TemporaryFolders.of(task.output(), attempt);
    this.separator = BorrowedEngine.of(bundle, task, gpu);
    this.audio = new TrackAudio(configuration, task.decoding());
  }

  /**
   * The row with its results appended: URIs of the stems, seconds of audio, SDR of the vocals in dB
   * where a reference is known, and why it failed.
   *
   * @throws UncheckedIOException when the row is not to blame, so that Spark tries the task again;
   *     what fails in the last attempt too is the row's failure
   */
  Row separate(Row row) {
    int at = columns.count();
    Object[] values = new Object[at + RESULTS];
    for (int i = 0; i < at; i++) {
      values[i] = row.get(i);
    }
    try {
      fill(row, values);
    } catch (IOException | RuntimeException | OutOfMemoryError e) {
      if (!lastAttempt && !(e instanceof BadRowException) && !TrackResult.isFaultOfTrack(e)) {
        throw e instanceof IOException failure
            ? new UncheckedIOException(failure)
            : new IllegalStateException(Reason.of(e), e);
      }
      Arrays.fill(values, at, values.length, null);
      values[values.length - 1] = SafeText.line(Reason.of(e));
    }
    return RowFactory.create(values);
  }

  /** A row that cannot be a track, whatever lies in storage. */
  private static final class BadRowException extends IOException {
    private static final long serialVersionUID = 1;

    BadRowException(String reason, Throwable cause) {
      super(reason, cause);
    }
  }

  private void fill(Row row, Object[] values) throws IOException {
    int at = columns.count();
    String id = id(row);
    Map<String, String> places = places(id);
    try (Spool spool = Spool.near(temporary, configuration);
        AudioReader mixture = open(row, id)) {
      Map<String, Path> files = new TreeMap<>();
      for (String name : places.keySet()) {
        files.put(name, spool.file(name));
      }
      SeparationResult result;
      try (StemWriter writer = new StemWriter(files, task.separation().output(), mixture)) {
        result = separator.engine().separate(mixture, () -> open(row, id), writer);
      }
      values[at + 2] = result.seconds();
      values[at + 3] = score(row, files);
      publish(files, places);
      values[at] = places.get(VOCALS);
      values[at + 1] = places.get(Stem.ACCOMPANIMENT.name());
    }
  }

  private AudioReader open(Row row, String id) throws IOException {
    Object input = row.get(columns.input());
    return input instanceof byte[] content ? audio.open(id, content) : open((String) input);
  }

  private AudioReader open(String location) throws IOException {
    try {
      limits.requireAllowed(location);
      return audio.open(Locations.of(location).toString());
    } catch (IllegalArgumentException | UnsupportedFileSystemException e) {
      throw new BadRowException(SafeText.redacted(location) + ": " + Reason.of(e), e);
    }
  }

  /** A name for the row's results, which no other input has. */
  private String id(Row row) throws BadRowException {
    if (row.isNullAt(columns.input())) {
      throw new BadRowException("The row names no audio, because the input column is null.", null);
    }
    if (columns.idColumn().isPresent()) {
      if (row.isNullAt(columns.id())) {
        throw new BadRowException("The row has no id, because the id column is null.", null);
      }
      String id = String.valueOf(row.get(columns.id()));
      if (!row.isNullAt(columns.count())) {
        throw new BadRowException(
            "%d rows have the id %s, and would write the same files. Give each an id of its own."
                .formatted(row.getLong(columns.count()), SafeText.quoted(id)),
            null);
      }
      return id;
    }
    Object input = row.get(columns.input());
    if (input instanceof byte[] content) {
      return ModelBundle.sha256(content).substring(0, HASH_LETTERS);
    }
    String uri = (String) input;
    String name = uri.substring(uri.lastIndexOf('/') + 1);
    int dot = name.lastIndexOf('.');
    String hash = Fingerprint.hash(uri).substring(0, HASH_LETTERS);
    String title = dot > 0 ? name.substring(0, dot) : name;
    // With the hash, a long one would be longer than names may be.
    int end =
        title.offsetByCodePoints(0, Math.min(MAX_TITLE, title.codePointCount(0, title.length())));
    return title.substring(0, end) + "-" + hash;
  }

  /** SDR of the vocals as they are written; null where no reference is known. */
  private Double score(Row row, Map<String, Path> files) throws IOException {
    if (columns.referenceColumn().isEmpty()
        || row.isNullAt(columns.reference())
        || !files.containsKey(VOCALS)) {
      return null;
    }
    SignalToDistortion score = new SignalToDistortion();
    try (AudioReader reference = open(row.getString(columns.reference()));
        AudioReader estimate = FfmpegReader.open(files.get(VOCALS))) {
      requireAlike(reference.format(), estimate.format());
      int channels = estimate.format().channels();
      float[][] truth = new float[reference.format().channels()][BLOCK];
      float[][] voice = new float[estimate.format().channels()][BLOCK];
      FullReader truths = new FullReader(reference);
      FullReader voices = new FullReader(estimate);
      while (true) {
        int length = Math.min(truths.read(truth), voices.read(voice));
        if (length <= 0) {
          return score.decibels();
        }
        for (int c = 0; c < channels; c++) {
          score.add(truth[c], voice[c], length);
        }
      }
    }
  }

  private static void requireAlike(AudioFormat truth, AudioFormat voice) throws BadRowException {
    if (truth.sampleRate() != voice.sampleRate() || truth.channels() != voice.channels()) {
      throw new BadRowException(
          "The reference has %d channels of %d Hz, and the track %d of %d Hz. Expected the same."
              .formatted(
                  truth.channels(), truth.sampleRate(), voice.channels(), voice.sampleRate()),
          null);
    }
  }

  /** Where the stems are to lie, as full URIs. */
  private Map<String, String> places(String id) throws BadRowException {
    Map<String, String> places = new TreeMap<>();
    try {
      TrackName track = new TrackName(id, SPLIT, Map.of());
      for (String name : task.separation().output().stems().names()) {
        places.put(name, new StoredFile(task.path(track, name), 0).in(task.output()));
      }
      return places;
    } catch (IllegalArgumentException e) {
      throw new BadRowException(e.getMessage(), e);
    }
  }

  private void publish(Map<String, Path> files, Map<String, String> places) throws IOException {
    TrackFiles stored = new TrackFiles(new org.apache.hadoop.fs.Path(task.output()), configuration);
    files.forEach(
        (name, file) -> stored.add(file, new org.apache.hadoop.fs.Path(places.get(name))));
    stored.publish(temporary, () -> {});
  }

  @Override
  public void close() {
    separator.close();
    audio.close();
    try {
      TemporaryFolders.delete(task.output(), attempt, configuration);
    } catch (IOException e) {
      LOG.warn("A temporary folder in {} could not be deleted: {}", task.output(), e.getMessage());
    }
  }
}
