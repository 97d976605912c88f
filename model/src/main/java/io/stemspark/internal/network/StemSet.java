package io.stemspark.internal.network;

import io.stemspark.network.Stem;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/**
 * The stems of a model, which together are the mixture.
 *
 * @param stems in the order in which they are shown
 * @param residual the one of them that is what the others leave of the mixture, so that they sum to
 *     it exactly
 */
public record StemSet(List<Stem> stems, Stem residual) implements Serializable {
  /** The voice, and the rest. */
  public static final StemSet VOICE =
      new StemSet(List.of(Stem.VOCALS, Stem.ACCOMPANIMENT), Stem.ACCOMPANIMENT);

  private static final int MAX_STEMS = 16;

  public StemSet {
    stems = List.copyOf(stems);
    if (stems.size() < 2 || stems.size() > MAX_STEMS) {
      throw new IllegalArgumentException(
          "A model has the stems %s. Expected 2 to %d.".formatted(stems, MAX_STEMS));
    }
    if (new HashSet<>(stems).size() < stems.size()) {
      throw new IllegalArgumentException(
          "A model has the stems %s. Expected each once.".formatted(stems));
    }
    if (!stems.contains(residual)) {
      throw new IllegalArgumentException(
          "The residual is %s. Expected one of the stems %s.".formatted(residual, stems));
    }
  }

  /**
   * The stems of a model whose networks estimate these. The residual is {@code other} or the
   * accompaniment, if one of these is estimated. Else it is what they leave: the accompaniment of
   * vocals, and of any others {@code other}.
   */
  public static StemSet of(List<Stem> estimated) {
    if (estimated.equals(List.of(Stem.ACCOMPANIMENT))) {
      return new StemSet(List.of(Stem.VOCALS, Stem.ACCOMPANIMENT), Stem.VOCALS);
    }
    for (Stem rest : List.of(Stem.OTHER, Stem.ACCOMPANIMENT)) {
      if (estimated.contains(rest) && estimated.size() > 1) {
        return new StemSet(estimated, rest);
      }
    }
    boolean voice = estimated.equals(List.of(Stem.VOCALS));
    return of(estimated, voice ? Stem.ACCOMPANIMENT : Stem.OTHER);
  }

  /** The same with a residual of choice, which need not be estimated. */
  public static StemSet of(List<Stem> estimated, Stem residual) {
    List<Stem> stems = new ArrayList<>(estimated);
    if (!stems.contains(residual)) {
      stems.add(residual);
    }
    return new StemSet(stems, residual);
  }

  /** All stems but the residual. */
  public List<Stem> direct() {
    List<Stem> direct = new ArrayList<>(stems);
    direct.remove(residual);
    return direct;
  }
}
