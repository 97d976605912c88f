package io.stemspark.jobs.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.stemspark.jobs.corpus.AudioFile;
import io.stemspark.jobs.corpus.Track;
import io.stemspark.jobs.ledger.Fingerprint;
import io.stemspark.jobs.ledger.Outcome.Status;
import io.stemspark.jobs.ledger.Rules;
import io.stemspark.jobs.ledger.StoredFile;
import java.util.List;
import org.junit.jupiter.api.Test;

class JudgeTest {
  private static final Fingerprint NOW = new Fingerprint("input", "model", "settings");
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
  void theLastRunThatWroteDecidesWhatTheFilesAre() {
    assertThat(judge(Selection.ALL, done(2, OTHER_MODEL), done(1, NOW)))
        .isEqualTo(Verdict.OTHER_MODEL);
  }

  @Test
  void everyChangeIsNoticed() {
    assertThat(judge(Selection.ALL, done(1, OTHER_INPUT))).isEqualTo(Verdict.INPUT_CHANGED);
    assertThat(judge(Selection.ALL, done(1, OTHER_SETTINGS))).isEqualTo(Verdict.OTHER_SETTINGS);
    Past gone =
        new Past(1, Status.DONE, "", false, NOW, List.of(STEM, new StoredFile("stem", 8)), 1, 1);
    assertThat(judge(Selection.ALL, gone)).isEqualTo(Verdict.OUTPUT_GONE);
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
  void twoTracksOfOneIdAreAProblem() {
    Decision decision =
        new Judge(new FixedRules(true), Selection.ALL)
            .judge(List.of(TRACK, track("file:/b")), List.of(), file -> true);
    assertThat(decision.isPending()).isFalse();
    assertThat(decision.problem()).contains("file:/a").contains("file:/b");
  }

  @Test
  void whatCannotBeReplacedIsAProblemUnlessItIsLeft() {
    Rules rules = new FixedRules(false);
    Decision decision =
        new Judge(rules, Selection.ALL)
            .judge(List.of(TRACK), List.of(done(1, OTHER_INPUT)), STEM::equals);
    assertThat(decision.problem()).contains("input changed").contains("--only-new");
    Decision left =
        new Judge(rules, new Selection(false, true, NEVER, 9))
            .judge(List.of(TRACK), List.of(done(1, OTHER_INPUT)), STEM::equals);
    assertThat(left.problem()).isNull();
    assertThat(left.verdict()).isEqualTo(Verdict.NOT_NEW);
  }

  private static Verdict judge(Selection selection, Past... rows) {
    return new Judge(new FixedRules(true), selection)
        .judge(List.of(TRACK), List.of(rows), STEM::equals)
        .verdict();
  }

  private static Past done(long time, Fingerprint fingerprint) {
    return new Past(time, Status.DONE, "", false, fingerprint, List.of(STEM), 1, 1);
  }

  private static Past failed(long time, Fingerprint fingerprint, boolean fault) {
    return new Past(time, Status.FAILED, "why", fault, fingerprint, List.of(), 1, 1);
  }

  private static Track track(String uri) {
    return new Track("id", "train", new AudioFile(uri, -1, 1, "v", 5), null, List.of());
  }

  private record FixedRules(boolean replaces) implements Rules {
    @Override
    public List<AudioFile> inputs(Track track) {
      return List.of(track.mixture());
    }

    @Override
    public Fingerprint fingerprint(Track track) {
      return NOW;
    }

    @Override
    public void requirePlace(Track track) {}

    @Override
    public boolean canReplace() {
      return replaces;
    }
  }
}
