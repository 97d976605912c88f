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
   * The stems of a model whose networks estimate these. What one alone leaves is the accompaniment,
   * or the vocals where it is the accompaniment. Of several, the residual is {@code other}, else
   * the accompaniment, else the last.
   */
  public static StemSet of(List<Stem> estimated) {
    if (estimated.size() != 1) {
      return new StemSet(estimated, residualOf(estimated));
    }
    Stem one = estimated.get(0);
    return one.equals(Stem.ACCOMPANIMENT)
        ? new StemSet(List.of(Stem.VOCALS, one), Stem.VOCALS)
        : new StemSet(List.of(one, Stem.ACCOMPANIMENT), Stem.ACCOMPANIMENT);
  }

  private static Stem residualOf(List<Stem> stems) {
    for (Stem rest : List.of(Stem.OTHER, Stem.ACCOMPANIMENT)) {
      if (stems.contains(rest)) {
        return rest;
      }
    }
    return stems.get(stems.size() - 1);
  }

  /** All stems but the residual. */
  public List<Stem> direct() {
    List<Stem> direct = new ArrayList<>(stems);
    direct.remove(residual);
    return direct;
  }
}
