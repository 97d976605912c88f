package io.stemspark.internal.plan;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.stemspark.internal.corpus.Track;
import io.stemspark.internal.json.StrictJson;
import io.stemspark.internal.storage.AtomicFiles;
import io.stemspark.internal.storage.Retries;
import io.stemspark.internal.storage.Spool;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * A part of a stored plan.
 *
 * @param files the files of the tracks to do, as JSON Lines, which are kept while the run lasts;
 *     one or none
 * @param removed ids of tracks that the corpus no longer has
 */
record PlanFile(PlanSummary summary, List<String> files, List<String> removed)
    implements Serializable {
  private static final ObjectMapper JSON =
      StrictJson.MAPPER
          .copy()
          .disable(SerializationFeature.INDENT_OUTPUT)
          .disable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES);

  /** Adds up decisions, and stores the tracks to do. */
  static PlanFile write(
      Iterator<PlanEntry> decisions,
      IncrementalPlanner planner,
      Path file,
      Configuration configuration)
      throws IOException {
    PlanSummary sum = new PlanSummary(planner.selection().limit());
    List<String> removed = new ArrayList<>();
    try (Spool spool = Spool.open()) {
      java.nio.file.Path local = spool.file("plan");
      boolean some = false;
      try (OutputStream stream = new GZIPOutputStream(Files.newOutputStream(local))) {
        while (decisions.hasNext()) {
          PlanEntry decision = decisions.next();
          sum.add(decision, planner.contract().ownsFiles());
          if (decision instanceof PlanEntry.OnRemoved gone) {
            removed.add(gone.trackId());
          }
          if (decision instanceof PlanEntry.OnTrack found && found.reason().isPending()) {
            stream.write(JSON.writeValueAsBytes(found.track()));
            stream.write('\n');
            some = true;
          }
        }
      }
      if (some) {
        AtomicFiles.write(file, configuration, stream -> Files.copy(local, stream));
      }
      return new PlanFile(sum, some ? List.of(file.toString()) : List.of(), removed);
    }
  }

  static List<Track> read(Path file, Configuration configuration) throws IOException {
    return Retries.call(
        () -> {
          List<Track> tracks = new ArrayList<>();
          try (InputStream stream = file.getFileSystem(configuration).open(file);
              BufferedReader lines =
                  new BufferedReader(
                      new InputStreamReader(new GZIPInputStream(stream), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
              Track track = JSON.readValue(line, Track.class);
              if (track == null) {
                throw new IOException("%s has a line that names no track: null.".formatted(file));
              }
              tracks.add(track);
            }
          }
          return tracks;
        });
  }
}
