package io.stemspark.internal.corpus;

import java.util.ArrayList;
import java.util.List;

/**
 * A note on what was found in a corpus and is not a track, so that nothing is skipped silently.
 *
 * @param kind what it is
 * @param detail which kind of it, such as an extension; may be empty
 * @param count how often it was found
 * @param examples where, the first few
 */
public record CorpusNote(Kind kind, String detail, long count, List<String> examples)
    implements CorpusEntry {
  private static final int MAX_EXAMPLES = 3;

  /** What can be said of an entry that is not a track. */
  public enum Kind {
    OTHER_NAME("left out", "not audio by name"),
    NO_AUDIO_FORMAT("left out", "no audio format is recognised in it"),
    METADATA("left out", "metadata of macOS, not audio"),
    SPECIAL("left out", "a pipe, a socket or a device"),
    BROKEN_LINK("left out", "a link that leads nowhere"),
    CYCLE("left out", "a link to a folder that holds it"),
    REPEATED("left out", "the same line again"),
    NOT_READ("left out", "an entry of the same id as a track, without what this job reads"),
    KEPT(
        "note",
        "not in the corpus any more, and kept: what cannot be looked at, or a damaged line, may"
            + " stand for it"),
    MIXED_FOLDER("note", "a folder with a mixture or vocals beside songs: each file is a track");

    private final String consequence;
    private final String words;

    Kind(String consequence, String words) {
      this.consequence = consequence;
      this.words = words;
    }
  }

  public CorpusNote {
    examples = List.copyOf(examples);
  }

  public static CorpusNote of(Kind kind, String detail, String example) {
    return new CorpusNote(kind, detail, 1, List.of(example));
  }

  /** Whether tracks may lie there, for example on a disk that is not mounted now. */
  public boolean mayHideTracks() {
    return kind == Kind.BROKEN_LINK;
  }

  /** A key that notes share which can be added up. */
  public String key() {
    return kind + " " + detail;
  }

  /** No id begins like that. */
  @Override
  public String group() {
    return "\0" + key();
  }

  /** The sum of two notes with the same {@link #key}. */
  public CorpusNote plus(CorpusNote other) {
    List<String> all = new ArrayList<>(examples);
    all.addAll(other.examples);
    List<String> first = all.stream().sorted().limit(MAX_EXAMPLES).toList();
    return new CorpusNote(kind, detail, count + other.count, first);
  }

  public String describe() {
    return "%s %d: %s%s, such as %s"
        .formatted(
            kind.consequence,
            count,
            kind.words,
            detail.isEmpty() ? "" : " (" + detail + ")",
            examples.get(0));
  }
}
