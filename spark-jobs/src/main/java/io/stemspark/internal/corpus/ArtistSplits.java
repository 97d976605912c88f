package io.stemspark.internal.corpus;

import io.stemspark.bundle.ModelBundle;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;

/**
 * Assigns tracks to the splits {@code train} and {@code valid}, all tracks of an artist to the same
 * one, so that no voice is validated on that was trained on. An artist is what a track's id begins
 * with, up to a slash or to {@code " - "}; a hash of the name decides.
 *
 * @param validationShare share of artists that are for validation; 0 leaves splits as they are
 */
public record ArtistSplits(double validationShare) implements Serializable {
  private static final String TRAIN = "train";
  private static final String VALID = "valid";
  private static final String TEST = "test";
  private static final Set<String> SPLITS = Set.of(TRAIN, VALID, TEST);
  private static final int DIGITS = 12;

  /** The same entry, a track in its split. Tracks of {@code test} stay there. */
  public CorpusEntry assign(CorpusEntry entry) {
    boolean changes =
        validationShare > 0 && entry instanceof Track track && !track.split().equals(TEST);
    return changes ? ((Track) entry).in(split(artist(((Track) entry).id()))) : entry;
  }

  private String split(String artist) {
    String digits =
        ModelBundle.sha256(artist.getBytes(StandardCharsets.UTF_8)).substring(0, DIGITS);
    double chance = (double) Long.parseLong(digits, 16) / (1L << (4 * DIGITS));
    return chance < validationShare ? VALID : TRAIN;
  }

  static String artist(String id) {
    int slash = id.indexOf('/');
    boolean inSplit = slash > 0 && SPLITS.contains(id.substring(0, slash));
    String name = inSplit ? id.substring(slash + 1) : id;
    return name.split("/", 2)[0].split(" - ", 2)[0].strip().toLowerCase(Locale.ROOT);
  }
}
