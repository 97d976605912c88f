package io.stemspark.internal.features;

import io.stemspark.internal.corpus.ArtistSplits;
import io.stemspark.internal.corpus.AudioFile;
import io.stemspark.internal.corpus.CorpusSource;
import io.stemspark.internal.corpus.Track;
import io.stemspark.internal.network.StemSet;
import io.stemspark.network.Stem;
import io.stemspark.settings.Section;
import java.io.Serializable;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * What of a corpus becomes part of a dataset.
 *
 * @param stems of its rows, which sum to the mixture
 * @param splits assigns tracks to splits
 * @param leastLevel tracks of a lower root mean square are left out, in dB of full scale
 * @param mostClipping tracks with a greater share of samples at full scale are left out
 * @param silence patches in which no tone is louder are left out, in dB of full scale
 * @param keepsDoubles whether tracks that sound alike are all kept
 */
public record ExtractionConfig(
    List<Stem> stems,
    ArtistSplits splits,
    double leastLevel,
    double mostClipping,
    double silence,
    boolean keepsDoubles)
    implements Serializable {
  /** A level below that of any sound, which keeps everything. */
  static final double NO_LEVEL = -200;

  private static final double ALL = 1;
  private static final double MILLION = 1e6;

  /** Keeps everything as it is. */
  public static final ExtractionConfig ALL_TRACKS =
      new ExtractionConfig(
          StemSet.VOICE.stems(), new ArtistSplits(0), NO_LEVEL, ALL, NO_LEVEL, true);

  /** Reads the block {@code extraction} of the settings. */
  public static ExtractionConfig from(Section settings) {
    return new ExtractionConfig(
        settings.build("stems", () -> stems(settings.texts("stems"))),
        new ArtistSplits(settings.number("validation-share", 0, 1)),
        rounded(settings.number("least-level", NO_LEVEL, 0)),
        rounded(settings.number("most-clipping", 0, 1)),
        rounded(settings.number("silence", NO_LEVEL, 0)),
        settings.flag("keep-doubles"));
  }

  private static List<Stem> stems(List<String> names) {
    StemSet set = StemSet.of(names.stream().map(Stem::new).toList());
    List<Stem> stems = ordered(set);
    if (!CorpusSource.knowsStems(stems.stream().map(Stem::name).toList())) {
      throw new IllegalArgumentException(
          "No corpus has all of these stems. Expected some of %s."
              .formatted(CorpusSource.knownStems()));
    }
    if (stems.contains(Stem.ACCOMPANIMENT)
        && !Set.copyOf(stems).equals(Set.copyOf(StemSet.VOICE.stems()))) {
      throw new IllegalArgumentException(
          "The accompaniment holds the other stems. Expected vocals beside it, or other in its place.");
    }
    return stems.contains(Stem.ACCOMPANIMENT) ? StemSet.VOICE.stems() : stems;
  }

  /** In one order, so that whoever names the same stems gets the same dataset. */
  private static List<Stem> ordered(StemSet set) {
    Comparator<Stem> order =
        Comparator.comparing((Stem stem) -> stem.equals(set.residual()))
            .thenComparing(stem -> !stem.equals(Stem.VOCALS))
            .thenComparing(Stem::name);
    return set.stems().stream().sorted(order).toList();
  }

  /**
   * The files that each stem of a track is the sum of. The residual, which is the accompaniment or
   * {@code other}, is all that no other stem of the dataset is.
   *
   * @return by stem, in order; nothing where not all stems are known
   */
  Optional<Map<Stem, List<AudioFile>>> files(Track track) {
    if (!track.hasStems()) {
      return Optional.empty();
    }
    Map<String, AudioFile> rest = new LinkedHashMap<>();
    rest.put(Stem.VOCALS.name(), track.vocals());
    track.others().forEach(part -> rest.put(part.stem(), part.file()));
    StemSet set = StemSet.of(stems);
    Map<Stem, List<AudioFile>> files = new LinkedHashMap<>();
    stems.forEach(stem -> files.put(stem, List.of()));
    for (Stem stem : set.direct()) {
      AudioFile file = rest.remove(stem.name());
      if (file == null) {
        return Optional.empty();
      }
      files.put(stem, List.of(file));
    }
    files.put(set.residual(), List.copyOf(rest.values()));
    return rest.isEmpty() ? Optional.empty() : Optional.of(files);
  }

  /** To millionths, which fingerprints can hold; 0.0 makes a positive zero of a negative one. */
  private static double rounded(double value) {
    return Math.rint(value * MILLION) / MILLION + 0.0;
  }

  /** The settings that leave something out, by name; those that do not are missing. */
  public Map<String, Object> filters() {
    Map<String, Object> filters = new TreeMap<>();
    if (leastLevel > NO_LEVEL) {
      filters.put("least_level", leastLevel);
    }
    if (mostClipping < ALL) {
      filters.put("most_clipping", mostClipping);
    }
    if (dropsSilence()) {
      filters.put("silence", silence);
    }
    if (!keepsDoubles) {
      filters.put("keep_doubles", false);
    }
    return filters;
  }

  /** Whether tracks have to be heard before it is known which are kept. */
  boolean listens() {
    return leastLevel > NO_LEVEL || mostClipping < ALL || !keepsDoubles;
  }

  /** Whether some patches are left out. */
  boolean dropsSilence() {
    return silence > NO_LEVEL;
  }
}
