package io.stemspark.internal.corpus;

import io.stemspark.network.Stem;
import java.io.Serializable;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A track of a corpus.
 *
 * @param id unique in the corpus; its path below the corpus, with "/" between folders
 * @param split "train", "test" and so on: the first folder of a nested track, else "train"
 * @param mixture the mixture, or null where only stems exist
 * @param vocals the vocals, or null where they are not known
 * @param others the stems that sum to everything but the vocals; may be empty
 * @param origin where the corpus names it: a list and its line; empty for a file of a folder
 * @param problem why it cannot be processed; null if nothing is known against it
 * @param former sizes in bytes of the files of earlier results that the next one replaces, by their
 *     paths in the output folder
 * @param tags what its file says of the music and its place depends on; null where that was not
 *     looked up
 */
public record Track(
    String id,
    String split,
    AudioFile mixture,
    AudioFile vocals,
    List<Part> others,
    String origin,
    Problem problem,
    Map<String, Long> former,
    Map<String, String> tags)
    implements CorpusEntry {
  static final String DEFAULT_SPLIT = "train";
  static final String VOCALS = "vocals";
  static final String ACCOMPANIMENT = "accompaniment";

  /**
   * A stem.
   *
   * @param stem its name, as the corpus has it
   */
  public record Part(String stem, AudioFile file) implements Serializable {}

  public Track {
    others = List.copyOf(others);
    former = Map.copyOf(former);
    tags = tags == null ? null : Map.copyOf(tags);
  }

  /**
   * Why a track cannot be processed.
   *
   * @param reason a sentence
   * @param permanent whether it stays so until the corpus changes
   */
  public record Problem(String reason, boolean permanent) implements Serializable {}

  /** A track of a folder, with nothing against it. */
  public Track(String id, String split, AudioFile mixture, AudioFile vocals, List<Part> others) {
    this(id, split, mixture, vocals, others, "", null, Map.of(), null);
  }

  /**
   * A track with nothing against it.
   *
   * @param files by stem, or {@code mixture}. An accompaniment is the sum of what lies beside it.
   */
  static Track of(String id, String split, Map<String, AudioFile> files) {
    boolean accompanied = files.containsKey(ACCOMPANIMENT);
    List<Part> others =
        files.entrySet().stream()
            .filter(file -> !Set.of(Stem.MIXTURE, VOCALS).contains(file.getKey()))
            .filter(file -> !accompanied || file.getKey().equals(ACCOMPANIMENT))
            .sorted(Map.Entry.comparingByKey()) // in one order, whoever names them
            .map(file -> new Part(file.getKey(), file.getValue()))
            .toList();
    return new Track(id, split, files.get(Stem.MIXTURE), files.get(VOCALS), others);
  }

  /** The files of the stems that sum to everything but the vocals. */
  public List<AudioFile> accompaniment() {
    return others.stream().map(Part::file).toList();
  }

  /** The names of its stems, the vocals first. */
  public List<String> stems() {
    Stream<String> voice = vocals == null ? Stream.empty() : Stream.of(VOCALS);
    return Stream.concat(voice, others.stream().map(Part::stem)).toList();
  }

  @Override
  public String group() {
    return id;
  }

  /** An entry of a corpus of which only its name is known, and why it cannot be processed. */
  public static Track unusable(String id, String origin, Problem problem) {
    return new Track(id, DEFAULT_SPLIT, null, null, List.of(), origin, problem, Map.of(), null);
  }

  /** The same, with a reason why it cannot be processed. */
  public Track with(Problem reason) {
    return new Track(id, split, mixture, vocals, others, origin, reason, former, tags);
  }

  /** The same, where a list names it. */
  Track listed(String place, Problem reason) {
    return new Track(id, split, mixture, vocals, others, place, reason, former, tags);
  }

  public Track named(String other) {
    return new Track(other, split, mixture, vocals, others, origin, problem, former, tags);
  }

  /** The same without a mixture beside its stems. */
  public Track ofStemsAlone() {
    return new Track(id, split, null, vocals, others, origin, problem, former, tags);
  }

  /** What the track is, regardless of where the corpus names it. */
  public Track content() {
    Track usable = new Track(id, split, mixture, vocals, others);
    return problem == null ? usable : usable.with(new Problem("", true));
  }

  public Track in(String other) {
    return new Track(id, other, mixture, vocals, others, origin, problem, former, tags);
  }

  /** The same, whose next result replaces these files. */
  public Track replacing(Map<String, Long> files) {
    return new Track(id, split, mixture, vocals, others, origin, problem, files, tags);
  }

  /** The same, with tags. */
  public Track tagged(Map<String, String> found) {
    return new Track(id, split, mixture, vocals, others, origin, problem, former, found);
  }

  public List<AudioFile> files() {
    return Stream.concat(Stream.of(mixture, vocals), accompaniment().stream())
        .filter(Objects::nonNull)
        .toList();
  }

  public long bytes() {
    return AudioFile.bytes(files());
  }

  /** Where it lies: its mixture, or else its vocals, or else where the corpus names it. */
  public String uri() {
    AudioFile file = mixture == null ? vocals : mixture;
    return file == null ? origin : file.uri();
  }

  /** For messages: where the corpus names it, or where it lies. */
  public String place() {
    return origin.isEmpty() ? uri() : origin;
  }

  /** Whether it may stand for other tracks that are not known, or for one with another id. */
  public boolean mayHideOthers() {
    return problem != null && (!problem.permanent() || id.equals(origin));
  }

  /** Whether there is something to separate. */
  public boolean hasMixture() {
    return mixture != null;
  }

  /** Whether vocals and accompaniment are both known, so that the track can be trained on. */
  public boolean hasStems() {
    return vocals != null && !others.isEmpty();
  }
}
