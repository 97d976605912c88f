package io.stemspark.internal.journal;

import io.stemspark.bundle.ModelBundle;
import io.stemspark.bundle.Origin;
import io.stemspark.internal.text.SafeText;

/**
 * The model that a run used.
 *
 * @param hash of its bundle
 * @param licence the terms of its network; empty if nobody has said
 * @param origin where the network comes from, in words
 */
public record UsedModel(String hash, String licence, String origin) {
  public static UsedModel of(ModelBundle bundle) {
    Origin origin = bundle.manifest().origin();
    return new UsedModel(
        bundle.hash(), SafeText.line(origin.licence()), SafeText.line(words(origin)));
  }

  private static String words(Origin origin) {
    if (origin instanceof Origin.Fitted fitted) {
      return "trained by Stemspark %s on dataset %s"
          .formatted(fitted.training().stemspark(), fitted.training().dataset());
    }
    Origin.Imported imported = (Origin.Imported) origin;
    return imported.source().isEmpty()
        ? "imported from " + imported.file()
        : "imported from %s: %s".formatted(imported.file(), imported.source());
  }
}
