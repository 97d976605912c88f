package io.stemspark.internal.network;

import static org.assertj.core.api.Assertions.assertThat;

import io.stemspark.network.Stem;
import java.util.List;
import org.junit.jupiter.api.Test;

class StemSetTest {
  private static final Stem DRUMS = new Stem("drums");
  private static final Stem BASS = new Stem("bass");

  @Test
  void theResidualIsOneThatIsEstimatedOrAddedToThem() {
    assertThat(StemSet.of(List.of(DRUMS, Stem.OTHER, Stem.VOCALS)))
        .isEqualTo(new StemSet(List.of(DRUMS, Stem.OTHER, Stem.VOCALS), Stem.OTHER));
    assertThat(StemSet.of(List.of(Stem.ACCOMPANIMENT, Stem.VOCALS)))
        .isEqualTo(new StemSet(List.of(Stem.ACCOMPANIMENT, Stem.VOCALS), Stem.ACCOMPANIMENT));
    assertThat(StemSet.of(List.of(Stem.VOCALS))).isEqualTo(StemSet.VOICE);
    assertThat(StemSet.of(List.of(Stem.ACCOMPANIMENT)))
        .isEqualTo(new StemSet(StemSet.VOICE.stems(), Stem.VOCALS));
    assertThat(StemSet.of(List.of(DRUMS, BASS)))
        .isEqualTo(new StemSet(List.of(DRUMS, BASS, Stem.OTHER), Stem.OTHER));
    assertThat(StemSet.of(List.of(DRUMS)))
        .isEqualTo(new StemSet(List.of(DRUMS, Stem.OTHER), Stem.OTHER));
  }

  @Test
  void aResidualOfChoiceNeedNotBeEstimated() {
    assertThat(StemSet.of(List.of(DRUMS, BASS), DRUMS))
        .isEqualTo(new StemSet(List.of(DRUMS, BASS), DRUMS));
    assertThat(StemSet.of(List.of(BASS), new Stem("minus-bass")).residual().name())
        .isEqualTo("minus-bass");
  }
}
