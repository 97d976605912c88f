package io.stemspark.jobs.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.stemspark.jobs.corpus.AudioFile;
import io.stemspark.jobs.corpus.CorpusNote;
import io.stemspark.jobs.corpus.Track;
import io.stemspark.jobs.ledger.Fingerprint;
import io.stemspark.jobs.ledger.Outcome.Status;
import io.stemspark.jobs.ledger.Rules;
import io.stemspark.jobs.ledger.StoredFile;
import java.util.List;
import org.junit.jupiter.api.Test;

class JudgeTest {
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
    assertThat(judge(Selection.ALL)).isEqualTo(Verdict.NEW);
  }

  @Test
  void whatIsDoneStaysDoneWhateverFailedSince() {
    assertThat(judge(Selection.ALL, done(1, NOW))).isEqualTo(Verdict.DONE);
    assertThat(judge(Selection.ALL, failed(2, OTHER_MODEL, true), done(1, NOW)))
        .isEqualTo(Verdict.DONE);
  }

  @Test
  void whatReleasesBeforeHaveDoneIsDone() {
    assertThat(judge(Selection.ALL, done(0, FORMER))).isEqualTo(Verdict.DONE);
    assertThat(judge(Selection.ALL, failed(0, FORMER, true))).isEqualTo(Verdict.AT_FAULT);
    Fingerprint otherModel = new Fingerprint("input 1", "x", "settings 1");
    assertThat(judge(Selection.ALL, done(0, otherModel))).isEqualTo(Verdict.OTHER_MODEL);
  }

  @Test
  void theLastRunThatWroteDecidesWhatTheFilesAre() {
    assertThat(judge(Selection.ALL, done(2, OTHER_MODEL), done(1, NOW)))
        .isEqualTo(Verdict.OTHER_MODEL);
  }

  @Test
  void numbersOrderRunsAndNoClockDoes() {
    Past ahead =
        new Past(
            1, 9_999, Status.DONE, "", false, NOW, List.of(STEM), "train", "", "file:/a", 1, 1);
    Past later =
        new Past(
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
            1);
    assertThat(judge(Selection.ALL, ahead, later)).isEqualTo(Verdict.OTHER_MODEL);
    assertThat(judge(Selection.ALL, later, ahead)).isEqualTo(Verdict.OTHER_MODEL);
  }

  @Test
  void everyChangeIsNoticed() {
    assertThat(judge(Selection.ALL, done(1, OTHER_INPUT))).isEqualTo(Verdict.INPUT_CHANGED);
    assertThat(judge(Selection.ALL, done(1, OTHER_SETTINGS))).isEqualTo(Verdict.OTHER_SETTINGS);
    List<StoredFile> gone = List.of(STEM, new StoredFile("stem", 8));
    Past row = new Past(1, 1, Status.DONE, "", false, NOW, gone, "train", "", "file:/a", 1, 1);
    assertThat(judge(Selection.ALL, row)).isEqualTo(Verdict.OUTPUT_GONE);
  }

  @Test
  void aTrackThatComesToAnotherSplitHasChanged() {
    Judge judge = new Judge(new FixedRules(), Selection.ALL, "file:/", false, CorpusGuard.NONE);
    Track moved =
        new Track(TRACK.id(), "valid", TRACK.mixture(), TRACK.vocals(), TRACK.accompaniment());
    assertThat(verdict(judge, moved, done(1, NOW))).isEqualTo(Verdict.INPUT_CHANGED);
    assertThat(verdict(judge, TRACK, done(1, NOW))).isEqualTo(Verdict.DONE);
    Past failed =
        new Past(2, 1, Status.FAILED, "", true, NOW, List.of(), "valid", "", "file:/a", 1, 1);
    assertThat(verdict(judge, moved, done(1, NOW), failed)).isEqualTo(Verdict.AT_FAULT);
    assertThat(verdict(judge, TRACK, done(1, NOW), failed)).isEqualTo(Verdict.DONE);
  }

  @Test
  void aTrackAtFaultIsTriedAgainWhenAskedOrWhenAnythingChanged() {
    Past fault = failed(1, NOW, true);
    assertThat(judge(Selection.ALL, fault)).isEqualTo(Verdict.AT_FAULT);
    assertThat(judge(new Selection(true, false, NEVER, 9), fault)).isEqualTo(Verdict.FAILED);
    assertThat(judge(Selection.ALL, failed(1, OTHER_INPUT, true))).isEqualTo(Verdict.NEW);
  }

  @Test
  void whatFailedForOtherReasonsIsTriedAgain() {
    assertThat(judge(Selection.ALL, failed(1, NOW, false))).isEqualTo(Verdict.FAILED);
  }

  @Test
  void onlyNewLeavesWhatHasEverBeenDone() {
    Selection onlyNew = new Selection(false, true, NEVER, 9);
    assertThat(judge(onlyNew, done(1, OTHER_INPUT))).isEqualTo(Verdict.NOT_NEW);
    assertThat(judge(onlyNew)).isEqualTo(Verdict.NEW);
  }

  @Test
  void whatIsOlderThanAskedForIsLeft() {
    assertThat(judge(new Selection(false, false, 6, 9))).isEqualTo(Verdict.TOO_OLD);
    assertThat(judge(new Selection(false, false, 5, 9))).isEqualTo(Verdict.NEW);
    assertThat(judge(new Selection(false, false, 6, 9), done(1, NOW))).isEqualTo(Verdict.DONE);
  }

  @Test
  void tracksOfOneIdFailAndNoneTakesTheOthersPlace() {
    List<Decision> decisions = decide(List.of(TRACK, track("file:/b")), List.of());
    assertThat(decisions).hasSize(2);
    for (Decision decision : decisions) {
      Decision.OnTrack found = (Decision.OnTrack) decision;
      assertThat(found.verdict()).isEqualTo(Verdict.UNUSABLE);
      assertThat(found.track().problem().reason())
          .contains("2 tracks would be called id")
          .contains("file:/a")
          .contains("file:/b");
    }
    assertThat(decisions)
        .extracting(decision -> ((Decision.OnTrack) decision).track().id())
        .containsExactly("id (file:/a)", "id (file:/b)");
  }

  @Test
  void aRepeatedLineIsCountedAndTheTrackDoneOnce() {
    List<Decision> decisions = decide(List.of(TRACK, track("file:/a")), List.of());
    assertThat(decisions).hasSize(2);
    assertThat(((Decision.OnNote) decisions.get(0)).note().kind())
        .isEqualTo(CorpusNote.Kind.REPEATED);
    assertThat(((Decision.OnTrack) decisions.get(1)).verdict()).isEqualTo(Verdict.NEW);
  }

  /** But no entry that could not even be looked at. */
  @Test
  void ofOneIdWhatTheJobDoesNotReadIsLeftOut() {
    AudioFile vocals = new AudioFile("file:/id/vocals", -1, 1, "v", 5);
    Track stems = new Track("id", "train", null, vocals, List.of());
    List<Decision> decisions = decide(List.of(TRACK, stems), List.of());
    assertThat(decisions).hasSize(2);
    assertThat(((Decision.OnNote) decisions.get(0)).note().kind())
        .isEqualTo(CorpusNote.Kind.NOT_READ);
    assertThat(((Decision.OnTrack) decisions.get(1)).verdict()).isEqualTo(Verdict.NEW);
    Track closed = stems.with(new Track.Problem("closed", false));
    assertThat(decide(List.of(TRACK, closed), List.of()))
        .extracting(decision -> ((Decision.OnTrack) decision).verdict())
        .containsExactly(Verdict.UNUSABLE, Verdict.UNUSABLE);
  }

  @Test
  void aTrackWhosePlaceIsAnothersFails() {
    Decision decision = decide(List.of(TRACK), List.of("rival")).get(0);
    assertThat(((Decision.OnTrack) decision).verdict()).isEqualTo(Verdict.UNUSABLE);
    assertThat(((Decision.OnTrack) decision).track().problem().reason())
        .contains("where that of track rival lies: id.wav");
  }

  @Test
  void anUnusableTrackIsNotTriedAgainUntilItsProblemChanges() {
    Track unusable = TRACK.with(new Track.Problem("No such file.", true));
    Judge judge = new Judge(new FixedRules(), Selection.ALL, "file:/", false, CorpusGuard.NONE);
    Fingerprint then = judge.rules().identity(unusable);
    assertThat(verdict(judge, unusable, failed(1, then, true))).isEqualTo(Verdict.AT_FAULT);
    assertThat(verdict(judge, TRACK, failed(1, then, true))).isEqualTo(Verdict.NEW);
    Track other = TRACK.with(new Track.Problem("Another reason.", true));
    assertThat(verdict(judge, other, failed(1, then, true))).isEqualTo(Verdict.UNUSABLE);
  }

  @Test
  void oneFileDoesNotTakeThePlaceOfAnotherOfItsName() {
    Judge judge = new Judge(new FixedRules(), Selection.ALL, "file:/", true, CorpusGuard.NONE);
    Past other = done(1, OTHER_INPUT);
    Decision refusal =
        judge.judge(List.of(track("file:/b")), List.of(other), List.of(), STEM::equals).get(0);
    assertThat(((Decision.Refusal) refusal).reason()).contains("stems of that name from file:/a");
    assertThat(verdict(judge, TRACK, other)).isEqualTo(Verdict.INPUT_CHANGED);
  }

  private static Verdict verdict(Judge judge, Track track, Past... rows) {
    Decision decision = judge.judge(List.of(track), List.of(rows), List.of(), STEM::equals).get(0);
    return ((Decision.OnTrack) decision).verdict();
  }

  private static Verdict judge(Selection selection, Past... rows) {
    return verdict(
        new Judge(new FixedRules(), selection, "file:/", false, CorpusGuard.NONE), TRACK, rows);
  }

  private static List<Decision> decide(List<Track> tracks, List<String> rivals) {
    return new Judge(new FixedRules(), Selection.ALL, "file:/", false, CorpusGuard.NONE)
        .judge(tracks, List.of(), rivals, STEM::equals);
  }

  private static Past done(long number, Fingerprint fingerprint) {
    return new Past(
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
        1);
  }

  private static Past failed(long number, Fingerprint fingerprint, boolean fault) {
    return new Past(
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
        1);
  }

  private static Track track(String uri) {
    return new Track("id", "train", new AudioFile(uri, -1, 1, "v", 5), null, List.of());
  }

  private record FixedRules() implements Rules {
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
