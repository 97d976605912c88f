package io.stemspark.jobs.report;

import io.stemspark.audio.AudioReader;
import io.stemspark.audio.DecodingConfig;
import io.stemspark.bundle.StrictJson;
import io.stemspark.jobs.ledger.StoredFile;
import io.stemspark.jobs.ledger.Summary;
import io.stemspark.jobs.report.ReportPage.Listening;
import io.stemspark.jobs.steps.TrackAudio;
import io.stemspark.jobs.storage.AtomicFiles;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes a run's report below {@code _stemspark/reports} of the output folder. */
public final class ReportWriter {
  private static final Logger LOG = LoggerFactory.getLogger(ReportWriter.class);
  private static final String FOLDER = "_stemspark/reports";

  private final Configuration configuration;
  private final DecodingConfig decoding;

  /**
   * @param configuration reaches storage
   * @param decoding decodes what the page has pictures of
   */
  public ReportWriter(Configuration configuration, DecodingConfig decoding) {
    this.configuration = configuration;
    this.decoding = decoding;
  }

  /**
   * Writes figures and page.
   *
   * @param withStems whether the tracks' outputs are stems to listen to
   * @return where the page lies
   */
  public String write(
      RunReport.Subject subject, Summary summary, RunStatistics statistics, boolean withStems)
      throws IOException {
    RunReport report = RunReport.of(subject, summary, statistics, Instant.now());
    Path folder = new Path(subject.output(), FOLDER);
    byte[] json = StrictJson.MAPPER.writeValueAsBytes(report);
    AtomicFiles.write(
        new Path(folder, subject.run() + ".json"), configuration, out -> out.write(json));
    List<Listening> listening =
        withStems ? listening(subject.output(), statistics.examples()) : List.of();
    byte[] html = ReportPage.render(report, listening).getBytes(StandardCharsets.UTF_8);
    Path page = new Path(folder, subject.run() + ".html");
    AtomicFiles.write(page, configuration, out -> out.write(html));
    return page.toString();
  }

  private List<Listening> listening(String output, List<RunStatistics.Example> examples) {
    List<Listening> listening = new ArrayList<>();
    try (TrackAudio audio = new TrackAudio(configuration, decoding)) {
      for (RunStatistics.Example example : examples) {
        try {
          List<Sound> sounds = new ArrayList<>();
          String mixture = new Path(example.mixture().uri()).toUri().toASCIIString();
          try (AudioReader reader = audio.open(example.mixture())) {
            sounds.add(Sound.of("mixture", mixture, SpectrogramPicture.draw(reader)));
          }
          for (StoredFile stem : example.outputs()) {
            try (AudioReader reader = audio.open(stem.in(output))) {
              sounds.add(
                  Sound.of(
                      stemName(stem.path()), link(stem.path()), SpectrogramPicture.draw(reader)));
            }
          }
          listening.add(new Listening(example.trackId(), sounds));
        } catch (IOException e) {
          LOG.warn("The report has no picture of {}: {}", example.trackId(), e.getMessage());
        }
      }
    }
    return listening;
  }

  private static String stemName(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  /** From the page to a file of the output folder, so that both can be moved together. */
  private static String link(String path) {
    try {
      return "../../" + new URI(null, null, "/" + path, null).getRawPath().substring(1);
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException(e);
    }
  }
}
