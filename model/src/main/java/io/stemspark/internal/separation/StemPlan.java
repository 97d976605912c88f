package io.stemspark.internal.separation;

import io.stemspark.internal.network.StemSet;
import io.stemspark.network.Stem;
import io.stemspark.separation.OutputConfig.StemSelection;
import java.util.ArrayList;
import java.util.List;

/**
 * How the stems that are wanted come about. Some are what networks estimate, rounded; the residual
 * is what they all leave of the mixture. Of a model that has the voice among others, the
 * accompaniment is what the voice alone leaves.
 *
 * @param direct the stems that are estimated
 * @param residual what they leave, wanted or not
 * @param written the stems that are wanted, in order
 */
record StemPlan(List<Stem> direct, Stem residual, List<Stem> written) {
  /**
   * @param model the stems of the model
   * @param selection those of them that are wanted
   */
  static StemPlan of(StemSet model, StemSelection selection) {
    List<Stem> written = selection.of(model.stems()).stems();
    if (written.contains(model.residual())) {
      return new StemPlan(model.direct(), model.residual(), written);
    }
    boolean voiceLeaves =
        written.contains(Stem.ACCOMPANIMENT) && !model.stems().contains(Stem.ACCOMPANIMENT);
    if (voiceLeaves && model.residual().equals(Stem.VOCALS)) {
      return new StemPlan(model.direct(), model.residual(), written);
    }
    List<Stem> direct = new ArrayList<>(model.direct());
    direct.removeIf(stem -> !written.contains(stem) && !(voiceLeaves && stem.equals(Stem.VOCALS)));
    boolean voiceAlone = voiceLeaves && direct.equals(List.of(Stem.VOCALS));
    return new StemPlan(direct, voiceAlone ? Stem.ACCOMPANIMENT : model.residual(), written);
  }

  /** The stems that make up the mixture: all that are estimated, and the residual. */
  List<Stem> parts() {
    List<Stem> parts = new ArrayList<>(direct);
    parts.add(residual);
    return parts;
  }

  /** Where the voice is among the parts; of a model without it, the first part. */
  int lead() {
    return Math.max(0, parts().indexOf(Stem.VOCALS));
  }

  /** Whether the lead is a voice. */
  boolean hasVoice() {
    return parts().get(lead()).equals(Stem.VOCALS);
  }

  /** Whether what the lead alone leaves is not one of the parts. */
  boolean hasOwnRest() {
    return direct.size() > 1;
  }

  /** Whether what the lead alone leaves is wanted, as accompaniment. */
  boolean writesOwnRest() {
    return hasOwnRest() && writes(Stem.ACCOMPANIMENT) && !parts().contains(Stem.ACCOMPANIMENT);
  }

  /** Whether a stem is wanted. */
  boolean writes(Stem stem) {
    return written.contains(stem);
  }
}
