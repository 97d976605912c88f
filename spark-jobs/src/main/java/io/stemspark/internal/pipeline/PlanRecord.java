package io.stemspark.internal.pipeline;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.stemspark.internal.journal.RunJournal;
import io.stemspark.internal.journal.UsedModel;
import io.stemspark.internal.json.StrictJson;
import io.stemspark.internal.lease.Fence;
import io.stemspark.internal.plan.PlanReason;
import io.stemspark.internal.plan.PlanSummary;
import io.stemspark.internal.storage.AtomicFiles;
import io.stemspark.internal.storage.OutputLayout;
import io.stemspark.internal.text.SafeText;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * What a run planned: {@code plan.json} beside its journal. It tells a track that was not done from
 * one that was never found.
 *
 * @param version {@link #VERSION}
 * @param number of the run's lease
 * @param run name of the run
 * @param corpus what it reads
 * @param model what it separates with; null if it separates nothing
 * @param tracks number of tracks, by what is to be done about them
 * @param toDo number of tracks that the run takes on
 * @param removed number of tracks that the corpus no longer has, and whose results are removed
 * @param leftOut what the corpus holds beside tracks, in words
 * @param damaged files of the journal that are damaged, in words
 */
public record PlanRecord(
    int version,
    long number,
    String run,
    String corpus,
    @JsonInclude(JsonInclude.Include.NON_NULL) UsedModel model,
    Map<String, Long> tracks,
    long toDo,
    long removed,
    List<String> leftOut,
    List<String> damaged) {
  private static final int VERSION = 1;

  public static void write(
      Fence fence,
      String corpus,
      Optional<UsedModel> model,
      PlanSummary plan,
      Configuration configuration)
      throws IOException {
    Map<String, Long> tracks = new TreeMap<>();
    for (PlanReason reason : PlanReason.values()) {
      if (plan.tracks(reason) > 0) {
        tracks.put(reason.name().toLowerCase(Locale.ROOT), plan.tracks(reason));
      }
    }
    PlanRecord record =
        new PlanRecord(
            VERSION,
            fence.number(),
            fence.run(),
            corpus,
            model.orElse(null),
            tracks,
            plan.pending(),
            plan.removed(),
            plan.notes().stream().map(note -> SafeText.line(note.describe())).toList(),
            plan.damages().stream().map(damage -> SafeText.line(damage.describe())).toList());
    byte[] json = StrictJson.MAPPER.writeValueAsBytes(record);
    fence.requireHeld(configuration);
    AtomicFiles.write(
        new Path(RunJournal.folder(fence.output()), fence.run() + "/" + OutputLayout.PLAN),
        configuration,
        stream -> stream.write(json));
  }
}
