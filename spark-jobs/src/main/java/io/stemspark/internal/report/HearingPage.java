package io.stemspark.internal.report;

import io.stemspark.internal.audio.Waveform;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The page of what a model was heard to make of clips.
 *
 * @param text the figures, in words
 */
public record HearingPage(String text, List<Clip> clips) {
  /** A clip, with its mixture and stems. */
  public record Clip(String name, List<Sound> sounds) {
    /**
     * @param sounds by name, in the order of the page
     */
    public static Clip of(String name, Map<String, Waveform> sounds) throws IOException {
      List<Sound> pictures = new ArrayList<>();
      for (Map.Entry<String, Waveform> sound : sounds.entrySet()) {
        pictures.add(new Sound(sound.getKey(), SpectrogramPicture.of(sound.getValue())));
      }
      return new Clip(name, pictures);
    }
  }

  /** A stem of a clip, or its mixture. */
  public record Sound(String name, SpectrogramPicture picture) {}

  /** Renders the page. */
  public static String render(String text, List<Clip> clips) {
    return Page.render("hearing.ftl", new HearingPage(text, clips));
  }
}
