package io.stemspark.internal.report;

import io.stemspark.internal.scores.ScoreFiles;
import java.io.Serializable;
import java.util.Base64;

/**
 * Audio with a picture.
 *
 * @param name "mixture" or the stem's name
 * @param link where it lies, seen from the page
 * @param picture its spectrogram as PNG, in Base64
 */
record Sound(String name, String link, String picture) implements Serializable {
  static final String LEGEND =
      "<p class=\"facts\">Spectrograms of the first minute; bright is loud, 80 dB from white to"
          + " black; the top is half the sample rate.</p>\n";

  static Sound of(String name, String link, byte[] png) {
    return new Sound(name, link, Base64.getEncoder().encodeToString(png));
  }

  String figure() {
    return """
        <figure><figcaption>%s</figcaption><img alt="spectrogram" src="data:image/png;base64,%s">
        %s</figure>
        """
        .formatted(Html.escape(name), picture, player());
  }

  /** A browser does not reach into object storage, unless the page lies there too. */
  private String player() {
    return link.startsWith("..")
            || link.startsWith(ScoreFiles.EXAMPLES + "/")
            || link.startsWith("file:")
        ? "<audio controls preload=\"none\" src=\"%s\"></audio>".formatted(Html.attribute(link))
        : "";
  }
}
