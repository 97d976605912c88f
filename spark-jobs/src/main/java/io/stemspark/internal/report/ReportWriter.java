package io.stemspark.internal.report;

import io.stemspark.audio.AudioReader;
import io.stemspark.audio.DecodingConfig;
import io.stemspark.internal.corpus.AudioFile;
import io.stemspark.internal.executor.TrackAudio;
import io.stemspark.internal.journal.RunJournal;
import io.stemspark.internal.journal.RunTotals;
import io.stemspark.internal.journal.StoredFile;
import io.stemspark.internal.json.StrictJson;
import io.stemspark.internal.report.RunPage.Listening;
import io.stemspark.internal.storage.AtomicFiles;
import io.stemspark.internal.storage.OutputLayout;
import io.stemspark.internal.text.SafeText;
import java.io.IOException;
import java.io.Serializable;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.SerializableConfiguration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes a run's report below {@code _stemspark/reports} of the output folder. */
public final class ReportWriter {
  private static final Logger LOG = LoggerFactory.getLogger(ReportWriter.class);

  private final JavaSparkContext context;
  private final Broadcast<SerializableConfiguration> hadoop;
  private final DecodingConfig decoding;

  /**
   * @param hadoop settings to reach storage
   * @param decoding settings to decode what the page has pictures of
   */
  public ReportWriter(
      JavaSparkContext context,
      Broadcast<SerializableConfiguration> hadoop,
      DecodingConfig decoding) {
    this.context = context;
    this.hadoop = hadoop;
    this.decoding = decoding;
  }

  /**
   * Adds up what the journal says of a run, and writes figures and page.
   *
   * @param parts of the journal, those of the run
   * @param withStems whether the tracks' outputs are stems to listen to
   * @return where the page lies; empty for a run that has processed no tracks
   */
  public Optional<String> write(
      RunReport.Subject subject, RunTotals summary, List<String> parts, boolean withStems)
      throws IOException {
    if (parts.isEmpty()) {
      return Optional.empty();
    }
    Configuration configuration = context.hadoopConfiguration();
    RunStatistics statistics = statistics(parts);
    RunReport report = RunReport.of(subject, summary, statistics, Instant.now());
    Path folder = new Path(subject.output(), OutputLayout.REPORTS);
    byte[] json = StrictJson.MAPPER.writeValueAsBytes(report);
    AtomicFiles.write(
        new Path(folder, subject.run() + ".json"), configuration, out -> out.write(json));
    List<Listening> listening =
        withStems ? listening(subject.output(), statistics.examples()) : List.of();
    byte[] html = RunPage.render(report, listening).getBytes(StandardCharsets.UTF_8);
    Path page = new Path(folder, subject.run() + ".html");
    AtomicFiles.write(page, configuration, out -> out.write(html));
    return Optional.of(page.toString());
  }

  private RunStatistics statistics(List<String> parts) throws IOException {
    if (parts.size() == 1 && context.isLocal()) {
      // In this process either way, and a Spark job would take longer.
      return statistics(parts.get(0), context.hadoopConfiguration());
    }
    Broadcast<SerializableConfiguration> reach = hadoop;
    return context
        .parallelize(parts, parts.size())
        .map(part -> statistics(part, reach.value().value()))
        .fold(new RunStatistics(), RunStatistics::merge);
  }

  private static RunStatistics statistics(String part, Configuration configuration)
      throws IOException {
    RunStatistics sum = new RunStatistics();
    RunJournal.read(part, configuration, sum::add);
    return sum;
  }

  /** The tracks of which everything could be drawn. */
  private List<Listening> listening(String output, List<RunStatistics.Example> examples) {
    List<Wanted> wanted = new ArrayList<>();
    for (RunStatistics.Example example : examples) {
      String mixture = new Path(example.mixture().uri()).toUri().toASCIIString();
      wanted.add(new Wanted(example.trackId(), "mixture", mixture, example.mixture()));
      for (StoredFile stem : example.outputs()) {
        if (stem.path().endsWith(".json")) {
          continue; // A sidecar.
        }
        wanted.add(
            new Wanted(
                example.trackId(),
                stemName(stem.path()),
                link(stem.path()),
                AudioFile.written(stem.in(output), stem.bytes())));
      }
    }
    Map<String, List<Drawn>> tracks =
        draw(wanted).stream()
            .collect(
                Collectors.groupingBy(Drawn::trackId, LinkedHashMap::new, Collectors.toList()));
    List<Listening> listening = new ArrayList<>();
    tracks.forEach(
        (track, pictures) -> {
          List<Sound> sounds = new ArrayList<>();
          for (Drawn drawn : pictures) {
            if (drawn instanceof Drawn.Picture picture) {
              sounds.add(picture.sound());
            } else if (drawn instanceof Drawn.Failure failure) {
              LOG.warn(
                  "The report has no picture of {}: {}",
                  SafeText.line(track),
                  SafeText.line(failure.reason()));
            }
          }
          if (sounds.size() == pictures.size()) {
            listening.add(new Listening(track, sounds));
          }
        });
    return listening;
  }

  /** Draws in tasks, which have decoders at hand, and all cores. */
  private List<Drawn> draw(List<Wanted> wanted) {
    if (wanted.isEmpty()) {
      return List.of();
    }
    DecodingConfig how = decoding;
    Broadcast<SerializableConfiguration> reach = hadoop;
    try {
      return context
          .parallelize(wanted, wanted.size())
          .map(sound -> sound.draw(how, reach.value().value()))
          .collect();
    } catch (Exception e) { // Spark throws checked ones without declaring them.
      LOG.warn("The report has no pictures.", e);
      return List.of();
    }
  }

  /**
   * Audio to be drawn.
   *
   * @param name what it is called on the page
   * @param link where it lies, seen from the page
   */
  private record Wanted(String trackId, String name, String link, AudioFile file)
      implements Serializable {
    Drawn draw(DecodingConfig decoding, Configuration configuration) {
      try (TrackAudio audio = new TrackAudio(configuration, decoding);
          AudioReader reader = audio.open(file)) {
        return new Drawn.Picture(trackId, new Sound(name, link, SpectrogramPicture.of(reader)));
      } catch (IOException | RuntimeException e) {
        return new Drawn.Failure(trackId, e.toString());
      }
    }
  }

  /** What came of drawing a sound of a track. */
  private sealed interface Drawn extends Serializable {
    String trackId();

    record Picture(String trackId, Sound sound) implements Drawn {}

    record Failure(String trackId, String reason) implements Drawn {}
  }

  private static String stemName(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  /** From the page to a file of the output folder, so that both can be moved together. */
  private static String link(String path) {
    try {
      return "../../" + new URI(null, null, "/" + path, null).toASCIIString().substring(1);
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException(e);
    }
  }
}
