package io.stemspark.internal.features;

import io.stemspark.audio.AudioException;
import io.stemspark.audio.AudioFormat;
import io.stemspark.internal.audio.AudioStreams;
import io.stemspark.internal.corpus.AudioFile;
import io.stemspark.network.Stem;
import io.stemspark.patch.Patch;
import io.stemspark.patch.PatchReader;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The patches of a track's stems, side by side. Not thread-safe. */
final class StemPatches implements Closeable {
  private final String track;
  private final List<Stem> stems = new ArrayList<>();
  private final List<MeasuredReader> audio = new ArrayList<>();
  private final AudioStreams.Group<PatchReader> patches = new AudioStreams.Group<>();

  private StemPatches(String track) {
    this.track = track;
  }

  /**
   * Opens the stems.
   *
   * @param files that each is the sum of
   * @throws AudioException when they differ in sample rate or channels
   */
  static StemPatches open(
      String track,
      Map<Stem, List<AudioFile>> files,
      AudioStreams.Step<List<AudioFile>, MeasuredReader> opening,
      ExtractionContract task)
      throws IOException {
    StemPatches opened = new StemPatches(track);
    try {
      for (Map.Entry<Stem, List<AudioFile>> stem : files.entrySet()) {
        MeasuredReader reader = opening.apply(stem.getValue());
        opened.stems.add(stem.getKey());
        opened.audio.add(reader);
        opened.patches.add(new PatchReader(reader, task.stft(), task.patch()));
      }
      opened.requireAlike();
      return opened;
    } catch (IOException | RuntimeException e) {
      AudioStreams.closeAfter(e, opened.patches.streams());
      throw e;
    }
  }

  private void requireAlike() throws AudioException {
    AudioFormat first = audio.get(0).format();
    for (int i = 1; i < stems.size(); i++) {
      AudioFormat other = audio.get(i).format();
      if (first.sampleRate() != other.sampleRate() || first.channels() != other.channels()) {
        throw new AudioException(
            track,
            "The stem %s has %d Hz and %d channels, and %s has %d Hz and %d channels. All have to be the same."
                .formatted(
                    stems.get(0),
                    first.sampleRate(),
                    first.channels(),
                    stems.get(i),
                    other.sampleRate(),
                    other.channels()));
      }
    }
  }

  /**
   * The next patch of each stem and channel; empty at the end.
   *
   * @throws AudioException at the end, when the stems are not of the same length
   */
  List<List<Patch>> next() throws IOException {
    List<List<Patch>> next = new ArrayList<>();
    for (PatchReader stem : patches.streams()) {
      List<Patch> patch = stem.next();
      if (patch != null) {
        next.add(patch);
      }
    }
    if (next.size() == stems.size()) {
      return next;
    }
    for (PatchReader stem : patches.streams()) {
      drain(stem);
    }
    requireSameLength();
    return List.of();
  }

  /** Reads to the end, so that lengths can be compared. */
  private static void drain(PatchReader stem) throws IOException {
    List<Patch> patch;
    do {
      patch = stem.next();
    } while (patch != null);
  }

  private void requireSameLength() throws AudioException {
    for (int i = 1; i < stems.size(); i++) {
      if (audio.get(i).length() != audio.get(0).length()) {
        throw new AudioException(
            track,
            "The stem %s has %d samples, and %s has %d. All have to be of the same length."
                .formatted(
                    stems.get(0), audio.get(0).length(), stems.get(i), audio.get(i).length()));
      }
    }
  }

  /** What was repaired in the files. */
  List<String> repairs() {
    return audio.stream().flatMap(reader -> reader.repairs().stream()).toList();
  }

  double seconds() {
    return audio.get(0).seconds();
  }

  @Override
  public void close() throws IOException {
    patches.close();
  }
}
