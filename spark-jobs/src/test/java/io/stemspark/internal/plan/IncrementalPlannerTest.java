package io.stemspark.internal.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.stemspark.internal.corpus.AudioFile;
import io.stemspark.internal.corpus.CorpusNote;
import io.stemspark.internal.corpus.Track;
import io.stemspark.internal.corpus.Track.Problem;
import io.stemspark.internal.journal.Fingerprint;
import io.stemspark.internal.journal.OutputContract;
import io.stemspark.internal.journal.StoredFile;
import io.stemspark.internal.journal.TrackResult.Status;
import io.stemspark.internal.lease.UnfinishedRun;
import java.util.List;
import org.junit.jupiter.api.Test;

class IncrementalPlannerTest {
  private static final Fingerprint NOW = new Fingerprint("input", "model", "settings");
  private static final Fingerprint FORMER = new Fingerprint("input 1", "model", "settings 1");
  private static final Fingerprint OTHER_INPUT = new Fingerprint("x", "model", "settings");
  private static final Fingerprint OTHER_MODEL = new Fingerprint("input", "x", "settings");
  private static final Fingerprint OTHER_SETTINGS = new Fingerprint("input", "model", "x");
  private static final long NEVER = Long.MIN_VALUE;
  private static final StoredFile STEM = new StoredFile("stem", 7);
  private static final Track TRACK = track("file:/a");

  @Test
  void whatNoRowTellsOfIsNew() {
    assertThat(decide(Selection.ALL)).isEqualTo(PlanReason.NEW);
  }

  @Test
  void whatIsDoneStaysDoneWhateverFailedSince() {
    assertThat(decide(Selection.ALL, done(1, NOW))).isEqualTo(PlanReason.DONE);
    assertThat(decide(Selection.ALL, failed(2, OTHER_MODEL, true), done(1, NOW)))
        .isEqualTo(PlanReason.DONE);
  }

  @Test
  void whatReleasesBeforeHaveDoneIsDone() {
    assertThat(decide(Selection.ALL, done(0, FORMER))).isEqualTo(PlanReason.DONE);
    assertThat(decide(Selection.ALL, failed(0, FORMER, true))).isEqualTo(PlanReason.AT_FAULT);
    Fingerprint otherModel = new Fingerprint("input 1", "x", "settings 1");
    assertThat(decide(Selection.ALL, done(0, otherModel))).isEqualTo(PlanReason.OTHER_MODEL);
  }

  @Test
  void theLastRunThatWroteDecidesWhatTheFilesAre() {
    assertThat(decide(Selection.ALL, done(2, OTHER_MODEL), done(1, NOW)))
        .isEqualTo(PlanReason.OTHER_MODEL);
  }

  @Test
  void numbersOrderRunsAndNoClockDoes() {
    TrackHistory ahead =
        new TrackHistory(
            1,
            9_999,
            Status.DONE,
            "",
            false,
            NOW,
            List.of(STEM),
            "train",
            "",
            "file:/a",
            1,
            1,
            null);
    TrackHistory later =
        new TrackHistory(
            2,
            1_000,
            Status.DONE,
            "",
            false,
            OTHER_MODEL,
            List.of(STEM),
            "train",
            "",
            "file:/a",
            1,
            1,
            null);
    assertThat(decide(Selection.ALL, ahead, later)).isEqualTo(PlanReason.OTHER_MODEL);
    assertThat(decide(Selection.ALL, later, ahead)).isEqualTo(PlanReason.OTHER_MODEL);
  }

  @Test
  void everyChangeIsNoticed() {
    assertThat(decide(Selection.ALL, done(1, OTHER_INPUT))).isEqualTo(PlanReason.INPUT_CHANGED);
    assertThat(decide(Selection.ALL, done(1, OTHER_SETTINGS))).isEqualTo(PlanReason.OTHER_SETTINGS);
    List<StoredFile> gone = List.of(STEM, new StoredFile("stem", 8));
    TrackHistory row =
        new TrackHistory(
            1, 1, Status.DONE, "", false, NOW, gone, "train", "", "file:/a", 1, 1, null);
    assertThat(decide(Selection.ALL, row)).isEqualTo(PlanReason.OUTPUT_GONE);
  }

  /** A later run was killed before it said what it had written, in the same size. */
  @Test
  void whatAKilledRunMayHaveReplacedIsDoneAgain() {
    CorpusGuard guard =
        new CorpusGuard(
            4,
            false,
            false,
            List.of(new UnfinishedRun(2, 0, 0, 1000), new UnfinishedRun(3, 0, 0, Long.MAX_VALUE)));
    IncrementalPlanner planner =
        new IncrementalPlanner(new FixedRules(), Selection.ALL, "file:/", false, guard);
    for (long modified : new long[] {999, 1000}) {
      OutputFiles files =
          new OutputFiles() {
            @Override
            public boolean isThere(StoredFile file) {
              return true;
            }

            @Override
            public long modified(StoredFile file) {
              return modified;
            }
          };
      PlanReason expected = modified < 1000 ? PlanReason.DONE : PlanReason.OUTPUT_REPLACED;
      assertThat(reason(planner, files, done(1, NOW))).isEqualTo(expected);
      assertThat(reason(planner, files, done(2, NOW))).isEqualTo(PlanReason.DONE);
      assertThat(reason(planner, files, done(1, NOW), done(4, NOW))).isEqualTo(PlanReason.DONE);
    }
  }

  /** It hides tracks that are not known, and is none of those of its name. */
  @Test
  void aFolderThatCannotBeListedSpoilsNoSongOfItsName() {
    Problem closed = new Problem("The folder cannot be listed.", false);
    Track folder = Track.unusable("id", "file:/music/id", closed);
    List<PlanEntry> decisions = decide(List.of(TRACK, folder), List.of());
    assertThat(decisions)
        .extracting(PlanEntry.OnTrack.class::cast)
        .extracting(decision -> decision.track().id(), PlanEntry.OnTrack::reason)
        .containsExactlyInAnyOrder(
            tuple(TRACK.id(), PlanReason.NEW), tuple("id (file:/music/id)", PlanReason.UNUSABLE));
    assertThat(decisions)
        .extracting(PlanEntry.OnTrack.class::cast)
        .extracting(decision -> decision.track().mayHideOthers())
        .containsExactlyInAnyOrder(false, true);
    Selection onlyNew = new Selection(false, true, NEVER, 9);
    assertThat(
            new IncrementalPlanner(new FixedRules(), onlyNew, "file:/", false, CorpusGuard.NONE)
                .decide(
                    "id", List.of(TRACK, folder), List.of(done(1, NOW)), List.of(), STEM::equals))
        .extracting(PlanEntry.OnTrack.class::cast)
        .extracting(PlanEntry.OnTrack::reason)
        .containsExactlyInAnyOrder(PlanReason.DONE, PlanReason.UNUSABLE);
  }

  @Test
  void aTrackThatComesToAnotherSplitHasChanged() {
    IncrementalPlanner planner =
        new IncrementalPlanner(new FixedRules(), Selection.ALL, "file:/", false, CorpusGuard.NONE);
    Track moved = new Track(TRACK.id(), "valid", TRACK.mixture(), TRACK.vocals(), TRACK.others());
    assertThat(reason(planner, moved, done(1, NOW))).isEqualTo(PlanReason.INPUT_CHANGED);
    assertThat(reason(planner, TRACK, done(1, NOW))).isEqualTo(PlanReason.DONE);
    TrackHistory failed =
        new TrackHistory(
            2, 1, Status.FAILED, "", true, NOW, List.of(), "valid", "", "file:/a", 1, 1, null);
    assertThat(reason(planner, moved, done(1, NOW), failed)).isEqualTo(PlanReason.AT_FAULT);
    assertThat(reason(planner, TRACK, done(1, NOW), failed)).isEqualTo(PlanReason.DONE);
  }

  @Test
  void aTrackAtFaultIsTriedAgainWhenAskedOrWhenAnythingChanged() {
    TrackHistory fault = failed(1, NOW, true);
    assertThat(decide(Selection.ALL, fault)).isEqualTo(PlanReason.AT_FAULT);
    assertThat(decide(new Selection(true, false, NEVER, 9), fault)).isEqualTo(PlanReason.FAILED);
    assertThat(decide(Selection.ALL, failed(1, OTHER_INPUT, true))).isEqualTo(PlanReason.NEW);
  }

  @Test
  void whatFailedForOtherReasonsIsTriedAgain() {
    assertThat(decide(Selection.ALL, failed(1, NOW, false))).isEqualTo(PlanReason.FAILED);
  }

  @Test
  void onlyNewLeavesWhatHasEverBeenDone() {
    Selection onlyNew = new Selection(false, true, NEVER, 9);
    assertThat(decide(onlyNew, done(1, OTHER_INPUT))).isEqualTo(PlanReason.NOT_NEW);
    assertThat(decide(onlyNew)).isEqualTo(PlanReason.NEW);
  }

  @Test
  void whatIsOlderThanAskedForIsLeft() {
    assertThat(decide(new Selection(false, false, 6, 9))).isEqualTo(PlanReason.TOO_OLD);
    assertThat(decide(new Selection(false, false, 5, 9))).isEqualTo(PlanReason.NEW);
    assertThat(decide(new Selection(false, false, 6, 9), done(1, NOW))).isEqualTo(PlanReason.DONE);
  }

  @Test
  void tracksOfOneIdFailAndNoneTakesTheOthersPlace() {
    List<PlanEntry> decisions = decide(List.of(TRACK, track("file:/b")), List.of());
    assertThat(decisions).hasSize(2);
    for (PlanEntry decision : decisions) {
      PlanEntry.OnTrack found = (PlanEntry.OnTrack) decision;
      assertThat(found.reason()).isEqualTo(PlanReason.UNUSABLE);
      assertThat(found.track().problem().reason())
          .contains("2 tracks would be called id")
          .contains("file:/a")
          .contains("file:/b");
    }
    assertThat(decisions)
        .extracting(decision -> ((PlanEntry.OnTrack) decision).track().id())
        .containsExactly("id (file:/a)", "id (file:/b)");
  }

  @Test
  void aRepeatedLineIsCountedAndTheTrackDoneOnce() {
    List<PlanEntry> decisions = decide(List.of(TRACK, track("file:/a")), List.of());
    assertThat(decisions).hasSize(2);
    assertThat(((PlanEntry.OnNote) decisions.get(0)).note().kind())
        .isEqualTo(CorpusNote.Kind.REPEATED);
    assertThat(((PlanEntry.OnTrack) decisions.get(1)).reason()).isEqualTo(PlanReason.NEW);
  }

  /** But no entry that could not even be looked at. */
  @Test
  void ofOneIdWhatTheJobDoesNotReadIsLeftOut() {
    AudioFile vocals = new AudioFile("file:/id/vocals", -1, 1, "v", 5);
    Track stems = new Track("id", "train", null, vocals, List.of());
    List<PlanEntry> decisions = decide(List.of(TRACK, stems), List.of());
    assertThat(decisions).hasSize(2);
    assertThat(((PlanEntry.OnNote) decisions.get(0)).note().kind())
        .isEqualTo(CorpusNote.Kind.NOT_READ);
    assertThat(((PlanEntry.OnTrack) decisions.get(1)).reason()).isEqualTo(PlanReason.NEW);
    Track closed = stems.with(new Track.Problem("closed", false));
    assertThat(decide(List.of(TRACK, closed), List.of()))
        .extracting(decision -> ((PlanEntry.OnTrack) decision).reason())
        .containsExactly(PlanReason.UNUSABLE, PlanReason.UNUSABLE);
  }

  @Test
  void aTrackWhosePlaceIsAnothersFails() {
    PlanEntry decision = decide(List.of(TRACK), List.of("rival")).get(0);
    assertThat(((PlanEntry.OnTrack) decision).reason()).isEqualTo(PlanReason.UNUSABLE);
    assertThat(((PlanEntry.OnTrack) decision).track().problem().reason())
        .contains("where that of track rival lies: id.wav");
  }

  @Test
  void anUnusableTrackIsNotTriedAgainUntilItsProblemChanges() {
    Track unusable = TRACK.with(new Track.Problem("No such file.", true));
    IncrementalPlanner planner =
        new IncrementalPlanner(new FixedRules(), Selection.ALL, "file:/", false, CorpusGuard.NONE);
    Fingerprint then = planner.contract().identity(unusable);
    assertThat(reason(planner, unusable, failed(1, then, true))).isEqualTo(PlanReason.AT_FAULT);
    assertThat(reason(planner, TRACK, failed(1, then, true))).isEqualTo(PlanReason.NEW);
    Track other = TRACK.with(new Track.Problem("Another reason.", true));
    assertThat(reason(planner, other, failed(1, then, true))).isEqualTo(PlanReason.UNUSABLE);
  }

  @Test
  void oneFileDoesNotTakeThePlaceOfAnotherOfItsName() {
    IncrementalPlanner planner =
        new IncrementalPlanner(new FixedRules(), Selection.ALL, "file:/", true, CorpusGuard.NONE);
    TrackHistory other = done(1, OTHER_INPUT);
    PlanEntry refusal =
        planner
            .decide("id", List.of(track("file:/b")), List.of(other), List.of(), STEM::equals)
            .get(0);
    assertThat(((PlanEntry.Refusal) refusal).reason()).contains("stems of that name from file:/a");
    assertThat(reason(planner, TRACK, other)).isEqualTo(PlanReason.INPUT_CHANGED);
  }

  private static PlanReason reason(IncrementalPlanner planner, Track track, TrackHistory... rows) {
    PlanEntry decision =
        planner.decide("id", List.of(track), List.of(rows), List.of(), STEM::equals).get(0);
    return ((PlanEntry.OnTrack) decision).reason();
  }

  private static PlanReason reason(
      IncrementalPlanner planner, OutputFiles files, TrackHistory... rows) {
    PlanEntry decision =
        planner.decide("id", List.of(TRACK), List.of(rows), List.of(), files).get(0);
    return ((PlanEntry.OnTrack) decision).reason();
  }

  private static PlanReason decide(Selection selection, TrackHistory... rows) {
    return reason(
        new IncrementalPlanner(new FixedRules(), selection, "file:/", false, CorpusGuard.NONE),
        TRACK,
        rows);
  }

  private static List<PlanEntry> decide(List<Track> tracks, List<String> rivals) {
    return new IncrementalPlanner(
            new FixedRules(), Selection.ALL, "file:/", false, CorpusGuard.NONE)
        .decide("id", tracks, List.of(), rivals, STEM::equals);
  }

  private static TrackHistory done(long number, Fingerprint fingerprint) {
    return new TrackHistory(
        number,
        1,
        Status.DONE,
        "",
        false,
        fingerprint,
        List.of(STEM),
        "train",
        "",
        "file:/a",
        1,
        1,
        null);
  }

  private static TrackHistory failed(long number, Fingerprint fingerprint, boolean fault) {
    return new TrackHistory(
        number,
        1,
        Status.FAILED,
        "why",
        fault,
        fingerprint,
        List.of(),
        "train",
        "",
        "file:/a",
        1,
        1,
        null);
  }

  private static Track track(String uri) {
    return new Track("id", "train", new AudioFile(uri, -1, 1, "v", 5), null, List.of());
  }

  private record FixedRules() implements OutputContract {
    @Override
    public String output() {
      return "file:/out";
    }

    @Override
    public List<AudioFile> inputs(Track track) {
      return track.hasMixture() ? List.of(track.mixture()) : List.of();
    }

    @Override
    public Fingerprint fingerprint(Track track) {
      return NOW;
    }

    @Override
    public Fingerprint formerFingerprint(Track track) {
      return FORMER;
    }

    @Override
    public List<String> places(Track track) {
      return List.of(track.id() + ".wav");
    }

    @Override
    public boolean dependsOnSplit() {
      return true;
    }

    @Override
    public boolean idsGivePlaces() {
      return true;
    }

    @Override
    public boolean ownsFiles() {
      return true;
    }
  }
}
