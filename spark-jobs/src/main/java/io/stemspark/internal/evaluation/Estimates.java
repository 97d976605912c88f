package io.stemspark.internal.evaluation;

import io.stemspark.bundle.ModelBundle;
import io.stemspark.internal.corpus.AudioFile;
import io.stemspark.internal.corpus.MissingInputException;
import io.stemspark.internal.corpus.Track;
import io.stemspark.internal.journal.ResultSettings;
import io.stemspark.internal.network.StemSet;
import io.stemspark.internal.stems.SeparationContract;
import io.stemspark.network.Stem;
import io.stemspark.spectrogram.StftConfig;
import java.io.Serializable;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.broadcast.Broadcast;

/** Where the estimates of an evaluation come from. */
public sealed interface Estimates extends Serializable {
  /** The files that estimates of a track are made of, beside the references. */
  List<AudioFile> inputs(Track track);

  /** Hash of the model that makes them; empty where there is none. */
  String model();

  /** The names of the stems that there are estimates of. */
  List<String> names(Track track);

  /** Most stems of a track that are scored: BSS Eval's systems grow with their square. */
  int MOST = 8;

  /**
   * The stems of a track that are scored: all of its references, if they are more than two and at
   * most {@link #MOST}, and there are estimates of them all; else vocals and accompaniment.
   */
  default List<Stem> stems(Track track) {
    List<String> references = track.stems();
    List<Stem> voice = StemSet.VOICE.stems();
    boolean several = references.size() > voice.size() && references.size() <= MOST;
    return several && names(track).containsAll(references)
        ? references.stream().map(Stem::new).toList()
        : voice;
  }

  /** The hash of all settings that change scores of these stems. */
  String settings(Optional<StftConfig> masks, List<Stem> stems);

  /** The same hash, in the form of releases before fingerprints had versions. */
  String formerSettings(Optional<StftConfig> masks);

  /**
   * Stems that exist already.
   *
   * @param tracks by id
   */
  record Stored(Broadcast<Map<String, Track>> tracks) implements Estimates {
    /**
     * The estimated stems of a track.
     *
     * @throws MissingInputException when not both are there
     */
    Track of(Track track) throws MissingInputException {
      return find(track)
          .orElseThrow(
              () -> {
                Track other = tracks.value().get(track.id());
                return new MissingInputException(
                    other != null && other.problem() != null
                        ? other.problem().reason()
                        : "The track has no estimates of both its vocals and its accompaniment.");
              });
    }

    private Optional<Track> find(Track track) {
      return Optional.ofNullable(tracks.value().get(track.id()))
          .filter(estimate -> estimate.problem() == null && estimate.hasStems());
    }

    @Override
    public List<AudioFile> inputs(Track track) {
      return find(track).map(EvaluationContract::stems).orElse(List.of());
    }

    @Override
    public List<String> names(Track track) {
      return find(track).map(Track::stems).orElse(List.of());
    }

    @Override
    public String model() {
      return "";
    }

    @Override
    public String settings(Optional<StftConfig> masks, List<Stem> stems) {
      return ResultSettings.ofEvaluation(masks, stems);
    }

    @Override
    public String formerSettings(Optional<StftConfig> masks) {
      return ResultSettings.formerOfEvaluation(masks);
    }
  }

  /**
   * Stems that a model separates from the mixtures.
   *
   * @param task how it separates them
   */
  record Separated(SeparationContract task, Broadcast<ModelBundle> bundle) implements Estimates {
    @Override
    public List<AudioFile> inputs(Track track) {
      return task.inputs(track);
    }

    @Override
    public String model() {
      return task.model();
    }

    @Override
    public List<String> names(Track track) {
      return task.separation().output().stems().names();
    }

    @Override
    public String settings(Optional<StftConfig> masks, List<Stem> stems) {
      return ResultSettings.ofEvaluation(masks, stems, task.separation(), task.paths());
    }

    @Override
    public String formerSettings(Optional<StftConfig> masks) {
      return ResultSettings.formerOfEvaluation(masks, task.separation(), task.paths());
    }
  }
}
