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
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** A part of a stored plan: the tracks to do, as JSON Lines. It lives as long as its run. */
final class PlanFile {
  private static final ObjectMapper JSON =
      StrictJson.MAPPER
          .copy()
          .disable(SerializationFeature.INDENT_OUTPUT)
          .disable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES);

  private PlanFile() {}

  /**
   * Stores the tracks to do, and adds up all decisions.
   *
   * @param sum takes the sums
   * @param removed takes the ids of tracks that are not in the corpus any more
   * @return whether there was a track to do; else there is not a file
   */
  static boolean write(
      Iterator<PlanEntry> decisions,
      PlanSummary sum,
      boolean ownsFiles,
      List<String> removed,
      Path file,
      Configuration configuration)
      throws IOException {
    try (Spool spool = Spool.open()) {
      java.nio.file.Path local = spool.file("plan");
      long tracks = 0;
      try (OutputStream stream = new GZIPOutputStream(Files.newOutputStream(local))) {
        while (decisions.hasNext()) {
          PlanEntry decision = decisions.next();
          sum.add(decision, ownsFiles);
          if (decision instanceof PlanEntry.OnRemoved gone) {
            removed.add(gone.trackId());
          }
          if (decision instanceof PlanEntry.OnTrack found && found.verdict().isPending()) {
            stream.write(JSON.writeValueAsBytes(found.track()));
            stream.write('\n');
            tracks++;
          }
        }
      }
      if (tracks > 0) {
        AtomicFiles.write(file, configuration, stream -> Files.copy(local, stream));
      }
      return tracks > 0;
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
